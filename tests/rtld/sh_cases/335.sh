mkdir -p /tmp/sh_cd/in; CDPATH=/nothere:/tmp/sh_cd; cd in; cd /tmp/sh_cd; CDPATH=; cd in; pwd; CDPATH=/tmp; cd ./..; pwd; cd /; rm -r /tmp/sh_cd; pwd -x; echo $?
