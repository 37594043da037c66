a=1 b=$a; echo $b; a=x; b=${a}_$a$a; echo $b; c=$a$b; echo "$c"
