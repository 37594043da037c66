case x in [a-m]) echo 1;; [!a-m]) echo 2;; esac; case 5 in [[:digit:]]) echo dig;; esac
