f() { local v=in; echo $v; }; v=out; f; echo $v
