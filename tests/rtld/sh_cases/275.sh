echo 'echo sourced $1; return 4; echo no' > /tmp/dot.$$; . /tmp/dot.$$; echo $?; rm /tmp/dot.$$
