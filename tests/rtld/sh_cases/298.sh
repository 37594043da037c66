(trap 'echo term; exit 1' TERM; kill -TERM $(sh -c 'echo $PPID'); sleep 1; echo no); echo $?
