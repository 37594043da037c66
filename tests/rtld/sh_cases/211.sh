x='a b  c'; echo $x; echo "$x"; set -- $x; echo $#; IFS=b; set -- $x; echo "$1|$2"
