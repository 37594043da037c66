f() ( x=sub; exit 5 ); x=top; f; echo $? $x
