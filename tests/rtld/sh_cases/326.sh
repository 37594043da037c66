printf 'a\0b\n' | { read x; echo "$x"; }
