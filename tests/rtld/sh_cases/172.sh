set -n; echo no
