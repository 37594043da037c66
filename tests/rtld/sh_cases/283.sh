x=abc; echo ${x:-$(echo no >&2)} ${y:-$(echo yes)}; echo ${y:=$((1+1))} $y
