[ '(' a = a ')' -a b ]; echo $?; [ -t 99 ]; echo $?; [ / -ef /. ]; echo $?; [ a '<' b ]; echo $?
