x=abc; case $x in a?c) echo q;; esac; case $x in "a?c") echo no;; *) echo yes;; esac
