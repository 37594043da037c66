echo hi | { read x; echo $x; }; seq 3 | { while read n; do s=$((s+n)); done; echo $s; }
