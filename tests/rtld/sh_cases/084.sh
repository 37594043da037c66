x=5; echo $((x++)) 2>/dev/null; echo ok
