{ echo a; echo b; } > /tmp/sh_t6; cat /tmp/sh_t6; rm /tmp/sh_t6
