readonly r=1; command readonly r=2; echo $?; (r=2 ls >/dev/null; echo no); echo $?; (unset r; echo no); echo $?
