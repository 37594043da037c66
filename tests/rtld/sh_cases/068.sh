x=~/y; echo $x; x=a:~; echo $x
