f() { local v=in; echo $v; g; }; g() { echo g$v; v=changed; }; v=out; f; echo $v
