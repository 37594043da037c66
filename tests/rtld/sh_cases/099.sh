: ${D:=dd}; echo $D; : > /tmp/sh_t3; [ -s /tmp/sh_t3 ] || echo empty; rm /tmp/sh_t3
