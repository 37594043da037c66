printf '%s\n' a b c; printf '%%\n'; printf '%c%c\n' xyz abc; printf '%b\n' 'q\tz'
