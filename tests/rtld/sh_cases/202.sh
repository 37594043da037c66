printf "%d %d\n" "'a" '"b'; printf '%d\n' 0x10 010
