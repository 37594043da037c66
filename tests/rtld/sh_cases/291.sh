exec 5>&1; x=$(echo cap; echo direct >&5); echo "[$x]"; exec 5>&-
