nosuchcommand_x 2>/dev/null; echo $?
