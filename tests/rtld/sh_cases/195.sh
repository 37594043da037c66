printf '%b|' 'a\nb' '\0101' 'x\cy' z
