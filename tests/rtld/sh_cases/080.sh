set -- 1 2 3; echo "pre$@post"; for i in "a$@b"; do echo "$i"; done
