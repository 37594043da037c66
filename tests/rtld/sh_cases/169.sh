set -a; x=exported; sh -c 'echo $x'
