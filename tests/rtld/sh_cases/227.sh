case x in (x) echo paren;; esac; case y in x) ;; y) ;; esac; echo $?
