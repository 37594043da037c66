exec 3>/tmp/sh_t2; echo three >&3; exec 3>&-; cat /tmp/sh_t2; rm /tmp/sh_t2
