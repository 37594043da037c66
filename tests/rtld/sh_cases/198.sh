printf '%s %s\n' 1 2 3; printf '%d\n'; printf 'none\n' extra
