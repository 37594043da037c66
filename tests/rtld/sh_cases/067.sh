echo ~; HOME=/foo; echo ~/x ~; echo "~" a~
