cd /usr/bin/../lib; pwd; cd /nonexist_dir 2>/dev/null; echo $?
