cat <<'E'
$no `no` \no
E
