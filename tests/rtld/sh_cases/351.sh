hash -r; hash sh; hash | sed 's,.*/,,'; hash nosuchprogram; echo $?; PATH=$PATH:/x; hash; hash -r
