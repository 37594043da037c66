mkdir /tmp/gl.$$; cd /tmp/gl.$$; touch a1 a2 b1 .hid; echo *; echo a*; echo ?1; echo [ab]1; echo .h*; echo z*; echo "a"*; echo a\*; cd /; rm -r /tmp/gl.$$
