false || false || echo third; true && true && false || echo f; false && echo n; echo $?
