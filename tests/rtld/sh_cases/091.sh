if [ -z "$nothing" ]; then echo empty; fi
