echo $LINENO; f() {
	echo $LINENO $(echo $LINENO) $((LINENO + 10)); . ./lib.sh
	LINENO=7 true; echo $LINENO; local LINENO=8; echo $LINENO
}
f; echo $LINENO \
	$LINENO; eval 'echo $LINENO
echo $LINENO'; export LINENO; env | grep ^LINENO
(LINENO=9; echo $LINENO); unset LINENO; echo ${LINENO-unset}
