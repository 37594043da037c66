: ; : a b; echo $?; true a; echo $?; false; echo $?
