x='$(echo no)'; echo $x; eval echo $x; x='*'; echo "$x"
