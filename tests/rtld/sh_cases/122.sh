f() ( echo insub; exit 2 ); f; echo $?
