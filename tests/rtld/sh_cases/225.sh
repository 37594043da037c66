x='a*'; case abc in $x) echo pat;; esac; case abc in "$x") echo no;; *) echo quoted;; esac
