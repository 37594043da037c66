printf 'l1\nl2\n' | while read l; do echo "<$l>"; done
