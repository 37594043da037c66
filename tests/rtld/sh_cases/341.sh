a=${y:=5} env true; echo $y; i=0; cat </dev/null >/tmp/sh_case$((i += 1)); echo $i; rm /tmp/sh_case1
