/* Where things are. */
#ifndef _PATHS_H
#define _PATHS_H

#define _PATH_BSHELL  "/bin/sh"
#define _PATH_DEFPATH "/sbin:/bin:/usr/sbin:/usr/bin"
#define _PATH_STDPATH _PATH_DEFPATH
#define _PATH_CONSOLE "/dev/console"
#define _PATH_DEV     "/dev/"
#define _PATH_DEVNULL "/dev/null"
#define _PATH_TTY     "/dev/tty"
#define _PATH_TMP     "/tmp/"

#endif
