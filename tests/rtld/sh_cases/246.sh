(cd /; pwd); (x=1; echo $x); echo "${x-none}"
