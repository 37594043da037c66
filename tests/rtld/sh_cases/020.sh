set -- a "b c" d; echo $# "$@"; for i in "$@"; do echo "[$i]"; done; for i in $*; do echo "<$i>"; done
