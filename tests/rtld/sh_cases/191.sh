[ -d /tmp ]; echo $?; [ -f /tmp ]; echo $?; [ -e /nonexistent ]; echo $?; [ -x /bin/sh ]; echo $?; [ -s /dev/null ]; echo $?; [ -c /dev/null ]; echo $?
