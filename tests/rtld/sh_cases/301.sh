set -o | head -1; set -o errexit; set -o | grep errexit
