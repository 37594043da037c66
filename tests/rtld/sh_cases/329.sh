A=1 exec sh -c 'echo $A'
