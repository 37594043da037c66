(unset 1A; echo no); echo $?; (unset -z; echo no); echo $?; command unset 1A; echo $?
