echo "$(printf 'a\n\n\n')x"
