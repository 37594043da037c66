x=1 y=$x sh -c 'echo $x $y'; echo ${x-unset}
