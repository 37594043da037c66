umask 022; umask o=u; umask; umask g=u,o=; umask; umask u-w,g+o; umask
