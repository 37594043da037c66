f() { kill -USR1 $$; echo in f; return 1; }; trap 'return 3' USR1; f; echo $?
