f() { return; }; false; f; echo $?; f() { false; return; }; f; echo $?
