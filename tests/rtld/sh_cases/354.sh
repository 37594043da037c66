trap 'echo exit $?' EXIT; set -e; (exit 3) || echo $?; x=$(exit 4); echo no
