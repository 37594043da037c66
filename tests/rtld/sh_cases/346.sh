command eval '( echo ${u?x} )'; echo $?; x=$(command eval 'echo ${u?x}'; echo $?); echo "$x"
