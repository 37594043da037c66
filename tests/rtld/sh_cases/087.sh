(echo sub; exit 2) || echo failed $?
