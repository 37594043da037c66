echo {a,b} a=b =; echo -; echo --; echo -e x; echo "" | wc -c
