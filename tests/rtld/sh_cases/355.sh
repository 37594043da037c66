exec 3<<E
line1
line2
E
read a <&3; read b <&3; echo "$a|$b"; exec 3<&-; read c <&3 || echo closed
