return 3; echo no
