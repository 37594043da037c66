set -- -ab arg; while getopts ab opt; do echo $opt; done; shift $((OPTIND-1)); echo $1
