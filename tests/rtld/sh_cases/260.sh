echo '  lead  trail  ' | (read x; echo "[$x]"); echo '  lead  trail  ' | (IFS= read x; echo "[$x]"); echo ' a , b , c ' | (IFS=' ,' read x y z; echo "[$x][$y][$z]")
