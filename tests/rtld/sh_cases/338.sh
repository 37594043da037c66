set -- a; set - x; echo $* $-; set -e -; echo $*
