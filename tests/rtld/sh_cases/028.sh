mkdir -p /tmp/sh_g; cd /tmp/sh_g; touch a1 a2 b1 .h; echo *; echo a*; echo [ab]1; echo z*; echo "*"; echo .h*; cd /; rm -r /tmp/sh_g
