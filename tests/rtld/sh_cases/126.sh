echo $((1,2)) 2>/dev/null; echo after
