x=1; x=2 true; echo $x; x=3 :; echo $x; x=4 eval true; echo $x
