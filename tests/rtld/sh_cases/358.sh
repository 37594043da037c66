trap 'echo u' USR1; for i in 1 2; do (kill -USR1 $$); done; trap - USR1; trap; (trap 'echo sub' EXIT; exit 2); echo $?
