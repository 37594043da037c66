[ 1 -eq 01 ]; echo $?; [ 2 -gt 1 -a 1 -gt 2 ]; echo $?; [ 2 -gt 1 -o 1 -gt 2 ]; echo $?
