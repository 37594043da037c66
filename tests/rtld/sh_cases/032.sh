echo "a\tb"; echo 'a\nb'; echo -n no; echo newline
