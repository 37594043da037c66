exec 3>/tmp/ex.$$; echo three >&3; exec 3>&-; cat /tmp/ex.$$; echo x >&3 2>/dev/null; rm /tmp/ex.$$
