printf '\177ELF\0\0' >/tmp/sh_bin; chmod +x /tmp/sh_bin; /tmp/sh_bin; echo $?; rm /tmp/sh_bin
