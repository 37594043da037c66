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
#define SIOCATMARK 0x8905

/* Network devices and routes: netdevice(7), with <net/if.h> and <net/route.h>. */
#define SIOCADDRT      0x890B
#define SIOCDELRT      0x890C
#define SIOCGIFNAME    0x8910
#define SIOCGIFCONF    0x8912
#define SIOCGIFFLAGS   0x8913
#define SIOCSIFFLAGS   0x8914
#define SIOCGIFADDR    0x8915
#define SIOCSIFADDR    0x8916
#define SIOCGIFBRDADDR 0x8919
#define SIOCSIFBRDADDR 0x891A
#define SIOCGIFNETMASK 0x891B
#define SIOCSIFNETMASK 0x891C
#define SIOCGIFMETRIC  0x891D
#define SIOCGIFMTU     0x8921
#define SIOCSIFMTU     0x8922
#define SIOCSIFHWADDR  0x8924
#define SIOCGIFHWADDR  0x8927
#define SIOCGIFINDEX   0x8933
#define SIOCGIFTXQLEN  0x8942

struct winsize {
	unsigned short ws_row, ws_col;		/* characters */
	unsigned short ws_xpixel, ws_ypixel;
};

/* -1 with errno on failure (ENOTTY: the file does not know the request), else what the request says, mostly 0. */
int ioctl(int fd, unsigned long request, ...);

__ASTRA_END_DECLS

#endif
