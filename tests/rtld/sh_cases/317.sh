PATH=/nonexistent; ls 2>/dev/null; echo $?; echo still; command -p true; echo $?
