set -e; f() { true && false; echo no; }; f || echo or; { false && true; }; echo a; if true; then false && true; fi; echo b; f() { false && true; }; f; echo no
