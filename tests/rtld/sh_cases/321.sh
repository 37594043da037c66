(set -e; { echo a; } >/nothere/x; echo no); echo $?
