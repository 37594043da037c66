cat <<E | tr a-z A-Z
upper
E
