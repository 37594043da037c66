f() { command eval 'echo ${u?x}'; echo $?; echo in f; }; f; echo after
