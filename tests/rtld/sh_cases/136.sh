alias nest='nest2 1'
alias nest2='echo deep'
nest 2
