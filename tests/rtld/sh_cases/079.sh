set -- ; echo "[$@]" $#; for i in "$@"; do echo never; done; echo "x$@y"
