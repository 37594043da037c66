f() { echo f $1 $#; return 3; }; f a b; echo $?
