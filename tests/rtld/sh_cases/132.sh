alias e='echo aliased'
e one
