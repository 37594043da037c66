unset x; x=1; unset x; echo ${x-gone}; unset nosuch; echo $?
