x=hello; echo ${#x} ${x#h} ${x#*l} ${x##*l} ${x%o} ${x%l*} ${x%%l*}
