f() { local z=1; command eval 'readonly q=1; q=3'; echo $z; }; f; echo ${z-unset}
