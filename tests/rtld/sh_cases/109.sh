sh -c 'return 4' ; echo $?
