[ -d / ] && echo d; [ -f /nonexist ] || echo nf; [ ! -e /nonexist ] && echo ne; [ 1 -lt 2 -a 3 -gt 2 ] && echo a
