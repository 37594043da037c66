printf 'echo script $1 $#\nexit 6\n' > /tmp/scr.$$; sh /tmp/scr.$$ a b; echo $?; rm /tmp/scr.$$
