v=1 f() { echo x; } 2>/dev/null; echo $?
