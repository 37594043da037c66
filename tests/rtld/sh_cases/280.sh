i=0; for x in a b c; do i=$((i+1)); done; echo $i $x; for x in; do echo no; done; echo $?
