false; echo $?; (exit 42); echo $?; sh -c 'exit 7'; echo $?; nosuchcmd 2>/dev/null; echo $?; /tmp 2>/dev/null; echo $?
