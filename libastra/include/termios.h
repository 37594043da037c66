/* Terminal modes, Linux's kernel structure (19 control characters). */
#ifndef _TERMIOS_H
#define _TERMIOS_H

#include <features.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

typedef unsigned int tcflag_t;
typedef unsigned char cc_t;
typedef unsigned int speed_t;

#define NCCS 19

struct termios {
	tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
	cc_t c_line;
	cc_t c_cc[NCCS];
};

#define VINTR  0
#define VQUIT  1
#define VERASE 2
#define VKILL  3
#define VEOF   4
#define VTIME  5
#define VMIN   6
#define VSTART 8
#define VSTOP  9
#define VSUSP  10

#define BRKINT 0002
#define ICRNL  0400
#define INPCK  0020
#define ISTRIP 0040
#define IXON   02000
#define OPOST  1
#define ONLCR  4
#define CS8    0060
#define ISIG   1
#define ICANON 2
#define ECHO   010
#define ECHOE  020
#define ECHOK  040
#define ECHONL 0100
#define TOSTOP 0400
#define IEXTEN 0100000

#define TCSANOW   0
#define TCSADRAIN 1
#define TCSAFLUSH 2

int tcgetattr(int fd, struct termios *modes);
int tcsetattr(int fd, int when, const struct termios *modes);
/* Turns every translation and echo off, in *modes only. */
void cfmakeraw(struct termios *modes);

__ASTRA_END_DECLS

#endif
