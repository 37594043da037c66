sleep 0 & wait $!; echo $?; (exit 9) & wait $!; echo $?; wait 99999; echo $?
