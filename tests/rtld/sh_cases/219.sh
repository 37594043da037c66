x=1; echo "${x+"q"}" ${x+'a b'} "${x+'a b'}" ${x:+"a  b"}
