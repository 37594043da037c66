echo $(( 3 +
4 ))
