while :; do while :; do break 2; done; echo no; done; echo ok; for i in 1; do break 5; done; echo $?
