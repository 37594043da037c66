test; echo $?; test ''; echo $?; test x; echo $?; test ! ''; echo $?
