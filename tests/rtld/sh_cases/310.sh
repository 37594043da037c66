if ! false; then echo neg; fi; while ! true; do :; done; echo $?
