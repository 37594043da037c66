set -C; echo a > /tmp/noclob.$$; echo b > /tmp/noclob.$$; echo $?; echo c >| /tmp/noclob.$$; cat /tmp/noclob.$$; rm /tmp/noclob.$$
