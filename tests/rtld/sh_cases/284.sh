x='a b'; for i in ${x}; do echo $i; done; for i in "${x}"; do echo $i; done; for i in ${z:-1 2}; do echo $i; done; for i in "${z:-1 2}"; do echo $i; done
