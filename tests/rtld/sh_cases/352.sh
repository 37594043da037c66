i=10; while [ $((i -= 3)) -gt 0 ]; do echo $i; done; echo $((1 ? 0 ? 4 : 5 : 6)) $((0 && 1 / 0)) $((a = b = 3)) $b
