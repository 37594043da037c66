umask 022; umask; umask 077; umask; umask u=rwx,g=rx,o=; umask; umask -S
