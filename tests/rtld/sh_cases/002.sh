x=5; echo $x ${x} "${x}y" ${y:-def} ${y-def2} "${y:-a  b}"
