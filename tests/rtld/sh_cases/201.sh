printf '\a\b\f\r\t\v\\\101\n' | tr -d '\a\b\f\r\v'
