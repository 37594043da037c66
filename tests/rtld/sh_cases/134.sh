alias ls='echo ls'; alias
unalias ls; alias; echo $?
