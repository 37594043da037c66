printf '%s-%d-%x\n' abc 42 255; printf '%5s|%-5s|%05d\n' a b 7; printf 'a\tb\n'
