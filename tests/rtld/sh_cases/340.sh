export -p x >/dev/null; echo $?; export -- b=2; echo $b; readonly -p >/dev/null; echo $?
