PS4='+$((1+1)) '; (set -x; echo a) 2>&1; (set -x; x=1 y='a b'; for i in 1; do :; done) 2>&1
