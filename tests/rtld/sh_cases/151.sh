getopts :x: o -x; echo "$o $OPTARG"
