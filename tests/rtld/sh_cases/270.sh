x=a; x=${x}b$x; echo $x; x="$x c"'d'e; echo "$x"; x=~; [ "$x" = "$HOME" ]; echo $?; y=a:~; [ "$y" = "a:$HOME" ]; echo $?
