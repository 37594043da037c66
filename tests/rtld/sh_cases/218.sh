echo "a\b\$\`\"\\c" 'a\b' a\b
