f() { echo $# $1; set -- x y; echo $#; }; set -- a; f 1 2 3; echo $# $1
