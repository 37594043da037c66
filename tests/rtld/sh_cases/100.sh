x=a; x=$x$x; x=$x$x; echo $x; y=$x echo "$y"
