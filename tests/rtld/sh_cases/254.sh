command echo hi; command -v echo; command -v nosuch; echo $?; command -v if
