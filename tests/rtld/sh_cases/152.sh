f() { while getopts ab o "$@"; do echo $o; done; OPTIND=1; }; f -ab; f -ba
