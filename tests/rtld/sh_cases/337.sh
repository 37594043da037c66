y='a b'; export x=$y; echo "$x"; readonly z=~/q:~; echo "$z"; f() { local q=$y; echo "$q"; }; f; command export v=$y; echo "$v"; echo w=~
