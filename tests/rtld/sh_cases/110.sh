echo 'echo script $1; exit 6' > /tmp/sh_t4; sh /tmp/sh_t4 arg; echo $?; . /tmp/sh_t4; echo never
