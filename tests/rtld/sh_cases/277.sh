echo "if true; then echo x" > /tmp/syn.$$; sh /tmp/syn.$$ 2>/dev/null; echo $?; sh -c 'echo a; )' 2>/dev/null; echo $?; rm /tmp/syn.$$
