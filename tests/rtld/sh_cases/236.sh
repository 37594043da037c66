f() { echo out; echo err >&2; } 2>/dev/null; f; f() if true; then echo iffun; fi; f
