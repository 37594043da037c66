for i in 1 2 3; do echo $i; done > /tmp/sh_t7; wc -l < /tmp/sh_t7; rm /tmp/sh_t7
