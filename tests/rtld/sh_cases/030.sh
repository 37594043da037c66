IFS=:; x=a:b::c; set -- $x; echo $#; for i in $x; do echo "[$i]"; done
