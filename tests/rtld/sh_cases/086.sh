f() { echo "$@" >&2; }; f err 2>&1
