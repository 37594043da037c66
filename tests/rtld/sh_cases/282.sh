echo ${#} ${?} ${$} | wc -w; set -- abc; echo ${#1} ${1%c} "${1}"; x=é; echo ${#}
