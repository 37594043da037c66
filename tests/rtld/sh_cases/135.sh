alias x=y; unalias -a; alias x 2>/dev/null; echo $?
