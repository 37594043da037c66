while read a; do echo "r:$a"; done <<X
1
2
X
