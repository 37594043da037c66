set -e; if false; then :; fi; false || true; ! true; echo ok; (exit 2); echo no
