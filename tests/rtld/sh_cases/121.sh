echo "${x#"a"}" ; x=aXb; echo "${x#a}" "${x%"b"}"; x='a*b'; echo "${x%'*b'}"
