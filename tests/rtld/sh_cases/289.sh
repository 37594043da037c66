x=$(cat <<E
here in sub
E
); echo "$x"; echo "$(cat <<'E'
$lit
E
)"
