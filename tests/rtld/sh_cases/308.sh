(exit 3) | (exit 4); echo $?; (exit 3) | true; echo $?; ! (exit 3); echo $?
