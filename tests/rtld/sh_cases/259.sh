printf 'a:b:c' | (IFS=: read x y; echo "$x|$y" $?); printf 'l1\nl2\n' | (read a; read b; echo $a $b); read x </dev/null; echo $?
