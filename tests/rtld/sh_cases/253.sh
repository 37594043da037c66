eval 'echo a; echo b'; eval; echo $?; x='echo $y'; y=z; eval $x; eval "x=5"; echo $x
