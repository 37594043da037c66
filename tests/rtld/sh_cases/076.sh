case "a b" in "a b") echo m;; esac; case '*' in '*') echo star;; esac; case ab in "a*") echo no;; *) echo lit;; esac
