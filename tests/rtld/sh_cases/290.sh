x=`cat <<E
bq here
E`; echo "$x"
