alias q='echo r'; type q; command -v q; command -V q; command -x; echo $?; command -v -- echo
