printf ' : a : b : \n' | { IFS=' :' read x y z; echo "[$x][$y][$z]"; }; printf 'a : b :c: \n' | { IFS=' :' read x y; echo "[$x][$y]"; }
