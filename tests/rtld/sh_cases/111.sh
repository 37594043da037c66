echo 'v=dot; return 5' > /tmp/sh_t5; . /tmp/sh_t5; echo $? $v; rm /tmp/sh_t5
