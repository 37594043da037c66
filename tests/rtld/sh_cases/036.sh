test 1 -eq 1 && echo eq; test a = b || echo ne; test -z "" && echo z; [ -n x ] && echo n
