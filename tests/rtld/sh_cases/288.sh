f() { for i in 1 2; do return $i; done; }; f; echo $?; f() { while :; do return; done; }; f; echo $?
