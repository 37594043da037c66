echo $((x=4)) $x $((y = x + 1)) $y
