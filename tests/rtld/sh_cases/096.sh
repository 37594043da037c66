type cd echo if 2>/dev/null; command -v echo; command -v nosuch_zz; echo $?
