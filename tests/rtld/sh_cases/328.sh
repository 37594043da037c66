cat <<E
${x:-"e e"} "${x:-"f f"}" ${x:-'s s'}
E
