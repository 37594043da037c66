echo out > /tmp/sh_t1; cat /tmp/sh_t1; echo more >> /tmp/sh_t1; cat < /tmp/sh_t1; rm /tmp/sh_t1
