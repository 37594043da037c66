sh -ec 'false; echo no'; echo $?; sh -uc 'echo $nope' 2>/dev/null; echo $?; sh -c 'set -- a; echo $@' ; echo 'echo stdin $1' | sh -s arg
