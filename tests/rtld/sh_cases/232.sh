f() { return 3; echo no; }; f; echo $?; f() { return; }; false; f; echo $?
