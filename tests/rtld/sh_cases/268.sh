echo a;echo b;
echo c # comment
#echo no
echo d#e
