printf '%s' a b c; echo; printf '%s,' ; echo; printf -- '-%s\n' x
