echo ${x:-${y:-deep}}; echo "${x:-"q q"}"; echo ${x:-'s s'}
