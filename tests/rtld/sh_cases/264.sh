echo $0 | grep -c sh; echo $- | tr -d '\n' | wc -c; echo $$ | grep -c '^[0-9]*$'; sh -c 'echo $0 $1' name arg
