echo $((1 ? x=2 : 3)) $x; echo $((0 && (y=9))) ${y-unset}
