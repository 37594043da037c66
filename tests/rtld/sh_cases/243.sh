exec 4<<E
from four
E
read x <&4; echo $x; exec 4<&-
