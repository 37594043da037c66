case 5 in [0-4]) echo low;; [5-9]) echo high;; esac; case A in [[:upper:]]) echo up;; esac; case - in [a-]) echo dash;; esac
