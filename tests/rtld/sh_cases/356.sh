f() { cat <<E; }; g() { for i in 1 2; do f $i; done; }; g | tr a-z A-Z
in $1
E
