echo 'a\tb\nc'; echo -n no; echo; echo 'x\cignored'; echo; echo '\0101'
