set -- a '' b; for i in "$@"; do echo "[$i]"; done; for i in $@; do echo "<$i>"; done
