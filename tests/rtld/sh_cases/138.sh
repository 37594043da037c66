alias foo='for i in'
foo 1 2; do echo $i; done
