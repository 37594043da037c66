echo 1 >/tmp/rw.$$; cat <>/tmp/rw.$$; cat 0</tmp/rw.$$; echo x 1>/tmp/rw.$$ 2>&1; cat /tmp/rw.$$; rm /tmp/rw.$$
