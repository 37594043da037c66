set -e; false || true; echo still; false; echo never
