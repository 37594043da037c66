echo "${x:-'}'}" "${x:-it's}" "${x#'}'}"; y=a}b; echo "${y%'}'b}" ${y%'}'b}
