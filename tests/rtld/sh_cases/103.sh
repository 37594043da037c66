set -- -a -b arg -c rest; while getopts ab:c o; do echo "$o $OPTARG $OPTIND"; done
