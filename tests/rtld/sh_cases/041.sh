export E=exp; sh -c 'echo $E'
