unset PATH IFS; x='a b'; set -- $x; echo $#; PATH=/bin:/usr/bin:/sbin; cat </dev/null; echo $?
