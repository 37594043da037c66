v=1; cat <<E
$v ${v}x $((v+1)) `echo bq` $(echo cs) \$ \` \\ \q "quoted"
E
