if true; then echo t; elif true; then echo e; else echo f; fi; if false; then :; elif false; then :; fi; echo $?
