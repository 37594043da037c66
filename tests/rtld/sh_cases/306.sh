echo a >/nonexistent/x 2>/dev/null; echo $?; { echo b; } 2>/dev/null >/nonexistent/x; echo $?
