f() { cat <<E
in $1
E
}
f x; f y
