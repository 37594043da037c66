cd /tmp; pwd; cd -; cd ..; pwd
