printf '%*d|%-*d|%.*s\n' 5 1 5 2 2 abc
