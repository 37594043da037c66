sh -c 'for' 2>/dev/null; echo $?; sh -c '"' 2>/dev/null; echo $?; sh -c 'case x in' 2>/dev/null; echo $?; sh -c 'a=(' 2>/dev/null; echo $?
