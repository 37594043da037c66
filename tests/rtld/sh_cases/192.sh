[ -n x -a ! -z y ]; echo $?; [ '!' = '!' ]; echo $?; [ -f = -f ]; echo $?; [ = = = ]; echo $?; [ -a -a -a ]; echo $?
