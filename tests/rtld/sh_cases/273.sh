mkdir -p /tmp/gq.$$/d1 /tmp/gq.$$/d2; cd /tmp/gq.$$; touch d1/f d2/f d2/g; echo */f; echo */; d="d2"; echo "$d"/*; echo [!x]*/g; cd /; rm -r /tmp/gq.$$
