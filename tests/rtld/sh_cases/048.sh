eval 'echo ev; y=2'; echo $y
