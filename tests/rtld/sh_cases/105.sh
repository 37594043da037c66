(echo ${u:?msg}) 2>/dev/null; echo $?
