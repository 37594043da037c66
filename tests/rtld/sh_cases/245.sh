{ echo a; echo b; } | while read x; do echo "got $x"; done; echo x | cat | cat | cat
