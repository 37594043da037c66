echo abc#def # comment
