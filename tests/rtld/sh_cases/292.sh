sh -c 'exec echo replaced; echo no'; sh -c 'exec nosuchprog' 2>/dev/null; echo $?; (exec true; echo no); echo $?
