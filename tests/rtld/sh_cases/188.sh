[ a = a ]; echo $?; [ a != a ]; echo $?; [ -n '' ]; echo $?; [ -z '' ]; echo $?
