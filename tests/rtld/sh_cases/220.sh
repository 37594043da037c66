echo "$(echo "$(echo "nested quotes")")" `echo \`echo bq\`` "`echo \"x\"`"
