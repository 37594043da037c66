set -x; echo traced
