cat <<E
line \
joined
E
