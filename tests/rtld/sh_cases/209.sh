unset x; echo ${x-a} ${x:-b} ${x+c} ${x:+d} ${x=e} $x; x=; echo "${x-a}" ${x:-b} "${x+c}" "${x:+d}" ${x:=f} $x
