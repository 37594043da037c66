case abc in a*) echo 1;; esac; case x in a|x) echo 2;; *) echo 3;; esac; case '' in '') echo 4; esac
