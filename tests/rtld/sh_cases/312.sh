x=aXbXc; echo ${x#*X} ${x##*X} ${x%X*} ${x%%X*} ${x#a?} ${x%[Xc]*} "${x#"a"}" ${x#'a'}
