case '*' in \*) echo lit;; esac; case 'a]' in [[]*) echo no;; *]) echo br;; esac; case b in [!a]) echo neg;; esac
