cd /tmp; cd /; cd - ; echo $OLDPWD; pwd; cd /tmp/..; pwd
