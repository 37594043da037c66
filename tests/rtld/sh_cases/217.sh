x='*'; echo "$x" '*' \*; y='a"b'; echo "$y" '"' "'" \"
