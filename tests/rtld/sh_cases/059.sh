echo a; echo b; echo c | { read x; echo "got $x"; }
