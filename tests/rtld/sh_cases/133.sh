alias a='b ' b='echo x' c=hidden
a c
