(exit 5); echo $?; (cd /; pwd); { echo grp; }
