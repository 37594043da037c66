command eval 'for i in 1 2; do { echo ${u?x}; } >/dev/null; done'; echo $? visible
