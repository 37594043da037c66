x=$(printf 'a\n\n\n'); echo "[$x]"; x=$(false); echo $?; x=$(exit 4) y=2; echo $?
