set -- a 'b c' d; for i; do echo "<$i>"; done
