set -u; echo ${novar-ok}; echo $novar; echo never
