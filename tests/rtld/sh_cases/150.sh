while getopts :x o -y -x; do echo "$o $OPTARG"; done
