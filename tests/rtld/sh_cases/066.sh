cd /dev/../tmp; pwd; cd /nonexist_dir 2>/dev/null; echo $?
