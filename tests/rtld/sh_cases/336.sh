echo ~root ~root/x ~nouser; x=~root:~; echo $x; y=a=~; echo $y
