/* Terminal modes and the foreground process group. */
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int tcgetattr(int fd, struct termios *modes)
{
	return ioctl(fd, TCGETS, modes);
}

int tcsetattr(int fd, int when, const struct termios *modes)
{
	if (when < TCSANOW || when > TCSAFLUSH) {
		errno = EINVAL;
		return -1;
	}
	return ioctl(fd, TCSETS + (unsigned long)when, modes);
}

void cfmakeraw(struct termios *modes)
{
	modes->c_iflag &= ~(tcflag_t)(BRKINT | ISTRIP | ICRNL | IXON);
	modes->c_oflag &= ~(tcflag_t)OPOST;
	modes->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	modes->c_cc[VMIN] = 1;
	modes->c_cc[VTIME] = 0;
}

pid_t tcgetpgrp(int fd)
{
	int group;

	return ioctl(fd, TIOCGPGRP, &group) < 0 ? -1 : group;
}

int tcsetpgrp(int fd, pid_t pgrp)
{
	int group = pgrp;

	return ioctl(fd, TIOCSPGRP, &group);
}
