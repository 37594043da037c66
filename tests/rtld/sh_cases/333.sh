(exit 3) & p=$!; (exit 4) & q=$!; wait $p $q; echo $?; wait $q $p; echo $?; wait abc; echo $?; wait %9; echo $?
