sh -c 'echo ${1+"$@"}' x a 'b c'; sh -c 'for i; do echo $i; done' x 'p q' r
