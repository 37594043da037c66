(unset x; echo ${x?gone}; echo no) 2>/dev/null; echo $?; (x=; : ${x:?}) 2>/dev/null; echo $?
