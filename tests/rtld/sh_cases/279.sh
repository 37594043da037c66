x=5; (x=6); echo $x; x=7 | cat; echo $x; { x=8; }; echo $x; echo 9 | read x; echo $x
