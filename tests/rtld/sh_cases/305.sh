cat </nonexistent 2>/dev/null; echo $?; : </nonexistent 2>/dev/null; echo no
