set -- a b c; echo $#; shift 2; echo $1 $#
