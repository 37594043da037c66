getopts; echo $?; getopts a; echo $?; getopts a 1x -a; echo $?
