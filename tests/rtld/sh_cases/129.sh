i=0; while :; do i=$((i+1)); [ $i -gt 1000 ] && break; done; echo $i
