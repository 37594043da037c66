f() { f2() { echo inner; }; }; f; f2; unset -f f2; f2 2>/dev/null; echo $?
