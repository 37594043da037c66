echo ${z:=assigned}; echo $z
