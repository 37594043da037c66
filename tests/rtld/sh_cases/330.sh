command . /nothere; echo $?; command eval 'if'; echo $?; set -- a; command shift 2; echo $?; command set -o nosuch; echo $?
