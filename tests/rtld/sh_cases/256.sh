readonly r=1; (r=2) 2>/dev/null; echo $?; readonly -p | grep ' r='; export e=v; export -p | grep ' e='
