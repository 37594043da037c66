case abc in a*) echo A;; *) echo other;; esac; case x in y|x) echo yx;; esac
