echo a 2>&1 >/dev/null; echo b >/dev/null 2>&1; { echo c; echo d >&2; } 2>/dev/null
