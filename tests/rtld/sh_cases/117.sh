set -- -a -b; echo "$1"; test "$1" = -a && echo ok; [ "$1" ] && echo ok2; [ ! "" ] && echo ok3
