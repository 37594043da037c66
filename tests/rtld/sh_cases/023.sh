cat <<'EOF'
lit $x `y`
EOF
