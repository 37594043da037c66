while getopts :ab:c o -a -bx -c -d -b; do echo "$o|$OPTARG"; done; echo $OPTIND
