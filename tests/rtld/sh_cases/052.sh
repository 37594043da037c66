set -e; if false; then :; fi; (exit 3); echo never
