(set -e; while :; do break; done >/nothere/x; echo no); echo $?; { echo b; } >/nothere/x || echo failed
