cat <<EOF
hi $((1+1)) `echo x` $HOME \$x
EOF
