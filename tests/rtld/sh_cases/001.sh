echo 'single $x' "double $HOME" plain
