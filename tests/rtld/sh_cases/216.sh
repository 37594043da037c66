set --; for i in "$@"; do echo no; done; echo "x$@y" $#; set -- "${@-d}"; echo $#
