echo x | { read 1a; echo $?; }; readonly r=1; echo x | { read r; echo $?; }; test 1 -eq b; echo $?; ulimit -n abc; echo $?
