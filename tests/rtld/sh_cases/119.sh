IFS=,; echo a,b,c $(echo x,y); x=1,2; echo $x; unset IFS; echo $x
