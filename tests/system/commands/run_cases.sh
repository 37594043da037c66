# Runs each line of the table $1 that is no comment by `sh -c`, in a folder below $3 that fixture.sh ($2) has filled, and
# that is made afresh after a line that may have changed it. For each it prints "case LINE STATUS", standard output, a line of
# minus signs, standard error and that line again.
table=$1
fixture=$2
top=$3
LC_ALL=C TZ=UTC0
export LC_ALL TZ
rm -rf "$top"
mkdir -p "$top/fixture"
cd "$top/fixture" && sh "$fixture"
cd "$top"
echo >mark && echo ---------------- >>mark
number=0 changed=yes
while IFS= read -r line; do
	number=$((number + 1))
	case $line in '' | '#'*) continue ;; esac
	if [ "$changed" ]; then
		cd "$top"
		rm -rf work
		cp -Rp fixture work
		cd work
	fi
	sh -c "$line" >../out 2>../err </dev/null
	echo "case $number $?"
	cat ../out ../mark ../err ../mark
	case $line in
	*cp* | *mv* | *rm* | *mkdir* | *ln* | *chmod* | *chown* | *touch* | *tee* | *tar* | *sed\ -i* | *-delete* | *-ok* | *-o* | *'>'*)
		changed=yes ;;
	*) changed= ;;
	esac
done <"$table"
