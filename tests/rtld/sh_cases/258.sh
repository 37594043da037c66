echo a b c | (read x y; echo "$x|$y"); echo 'a\ b' | (read x; echo "$x"); echo 'a\ b' | (read -r x; echo "$x")
