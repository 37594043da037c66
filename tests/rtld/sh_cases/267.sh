{ echo grp; }; { echo a; } > /dev/null; (echo sub) | cat; { false; }; echo $?
