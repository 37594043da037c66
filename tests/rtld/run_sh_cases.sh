# Runs every sh_cases/NAME.sh (folder: $1, default: beside this script) with the shell $2 (default: sh) and compares
# its standard output and status with NAME.out, which dash wrote. Status 1 when one differs.
cases=$(cd "${1:-${0%/*}/sh_cases}" && pwd)
shell=${2:-sh}
HOME=/root
export HOME
good=0 bad=0
cd /
for script in "$cases"/*.sh; do
	expected=$(cat "${script%.sh}.out")
	actual=$($shell "$script" 2>/dev/null; echo "rc=$?")
	if [ "$actual" = "$expected" ]; then
		good=$((good + 1))
	else
		bad=$((bad + 1))
		echo "differs: $script"
	fi
done
echo "$good passed, $bad failed"
[ "$bad" = 0 ]
