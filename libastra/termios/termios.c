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

speed_t cfgetispeed(const struct termios *modes)
{
	return modes->c_cflag & CBAUD;
}

speed_t cfgetospeed(const struct termios *modes)
{
	return modes->c_cflag & CBAUD;
}

/* One speed for both directions, as the kernel keeps it. */
int cfsetospeed(struct termios *modes, speed_t speed)
{
	if (speed & ~(speed_t)CBAUD) {
		errno = EINVAL;
		return -1;
	}
	modes->c_cflag = (modes->c_cflag & ~(tcflag_t)CBAUD) | speed;
	return 0;
}

/* An input speed of 0 means that of the output. */
int cfsetispeed(struct termios *modes, speed_t speed)
{
	return speed ? cfsetospeed(modes, speed) : 0;
}

int tcdrain(int fd)
{
	return ioctl(fd, TCSBRK, 1);
}

int tcflow(int fd, int action)
{
	return ioctl(fd, TCXONC, action);
}

int tcflush(int fd, int queue)
{
	return ioctl(fd, TCFLSH, queue);
}

int tcsendbreak(int fd, int duration)
{
	return ioctl(fd, TCSBRK, 0);
}

pid_t tcgetsid(int fd)
{
	int session;

	return ioctl(fd, TIOCGSID, &session) < 0 ? -1 : session;
}
