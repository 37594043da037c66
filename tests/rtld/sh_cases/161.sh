trap 'x=1' USR1; kill -USR1 $$; echo $x; trap USR1; trap
