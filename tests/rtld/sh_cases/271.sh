echo ~ | grep -c /; echo '~' "~" \~ a~; HOME=/h; echo ~ ~/x
