echo "a\$b \\ \` \" \x"
