/* Device control. The requests are Linux's. */
#ifndef _SYS_IOCTL_H
#define _SYS_IOCTL_H

#include <features.h>

__ASTRA_BEGIN_DECLS

#define TCGETS     0x5401
#define TCSETS     0x5402
#define TCSETSW    0x5403
#define TCSETSF    0x5404
#define TCSBRK     0x5409
#define TCXONC     0x540A
#define TCFLSH     0x540B
#define TIOCSCTTY  0x540E
#define TIOCGPGRP  0x540F
#define TIOCSPGRP  0x5410
#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414
#define TIOCNOTTY  0x5422
#define TIOCGSID   0x5429
#define TIOCGPTN   0x80045430ul
#define TIOCSPTLCK 0x40045431ul
#define FIONREAD   0x541B
#define FIONBIO    0x5421

struct winsize {
	unsigned short ws_row, ws_col;		/* characters */
	unsigned short ws_xpixel, ws_ypixel;
};

/* -1 with errno on failure (ENOTTY: the file does not know the request), else what the request says, mostly 0. */
int ioctl(int fd, unsigned long request, ...);

__ASTRA_END_DECLS

#endif
