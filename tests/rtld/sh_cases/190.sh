[ ! a = b ]; echo $?; [ ! a ]; echo $?; [ '(' a ')' ]; echo $?; [ '(' ]; echo $?; [ ! ]; echo $?; [ -n ]; echo $?
