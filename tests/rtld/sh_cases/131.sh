echo "a
b" | while IFS= read -r l; do echo "[$l]"; done; echo " lead" | { IFS= read -r x; echo "[$x]"; }
