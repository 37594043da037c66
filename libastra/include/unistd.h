/*
 * POSIX system interface. Unless a line says otherwise a function returns 0 or a count, or -1 with errno as the
 * system call of the same name documents it.
 */
#ifndef _UNISTD_H
#define _UNISTD_H

#include <features.h>
#include <getopt.h>
#include <sys/types.h>

__ASTRA_BEGIN_DECLS

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define R_OK 4
#define W_OK 2
#define X_OK 1
#define F_OK 0

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

#define _POSIX_VERSION 200809L
#define _POSIX_JOB_CONTROL 1
#define _POSIX_SAVED_IDS   1

#define _SC_ARG_MAX          0
#define _SC_CHILD_MAX        1
#define _SC_CLK_TCK          2
#define _SC_NGROUPS_MAX      3
#define _SC_JOB_CONTROL      7
#define _SC_VERSION          29
#define _SC_IOV_MAX          60
#define _SC_GETPW_R_SIZE_MAX 70
#define _SC_HOST_NAME_MAX    180
#define _PC_LINK_MAX         0
#define _PC_NAME_MAX         3
#define _PC_PATH_MAX         4
#define _PC_PIPE_BUF         5
#define _PC_MAX_CANON        1
#define _PC_MAX_INPUT        2
#define _PC_CHOWN_RESTRICTED 6
#define _PC_NO_TRUNC         7
#define _PC_VDISABLE         8
#define _PC_FILESIZEBITS     13
#define _PC_SYMLINK_MAX      19
#define _SC_OPEN_MAX         4
#define _SC_PAGESIZE         30
#define _SC_PAGE_SIZE        _SC_PAGESIZE
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84
#define _SC_PHYS_PAGES       85
#define _SC_AVPHYS_PAGES     86
#define _SC_STREAM_MAX       5
#define _SC_TZNAME_MAX       6
#define _SC_REALTIME_SIGNALS 9
#define _SC_TIMERS           11
#define _SC_FSYNC            15
#define _SC_MAPPED_FILES     16
#define _SC_SAVED_IDS        8
#define _SC_MEMORY_PROTECTION 19
#define _SC_DELAYTIMER_MAX   26
#define _SC_RTSIG_MAX        31
#define _SC_LINE_MAX         43
#define _SC_RE_DUP_MAX       44
#define _SC_GETGR_R_SIZE_MAX 69
#define _SC_LOGIN_NAME_MAX   71
#define _SC_TTY_NAME_MAX     72
#define _SC_ATEXIT_MAX       87
#define _SC_SYMLOOP_MAX      173
#define _SC_MONOTONIC_CLOCK  149

/* The environment: a NULL-terminated array of NAME=value; owned by the library once setenv has changed it. */
extern char **environ;

/*
 * Files. Reads and writes may move fewer bytes than asked, and are cancellation points with close and the syncs; reading 0 is the
 * end. pread and pwrite leave the position alone (ESPIPE). After close the number is free also when it fails.
 */
ssize_t read(int fd, void *buf, size_t count);
ssize_t write(int fd, const void *buf, size_t count);
ssize_t pread(int fd, void *buf, size_t count, off_t offset);
ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset);
/* The new position in bytes from the start. ESPIPE, EINVAL. */
off_t lseek(int fd, off_t offset, int whence);
int close(int fd);
/* The new descriptor, the lowest free one or newfd, which is closed first; pipe: [0] reads, [1] writes. EBADF, EMFILE. */
int dup(int fd);
int dup2(int oldfd, int newfd);
int dup3(int oldfd, int newfd, int flags);
int pipe(int fds[2]);
int pipe2(int fds[2], int flags);
/* 0 once the file is on its device, fdatasync without its times. */
int fsync(int fd);
int fdatasync(int fd);
int ftruncate(int fd, off_t length);
int truncate(const char *path, off_t length);
/* 1, or 0 with errno ENOTTY or EBADF. */
int isatty(int fd);
void sync(void);
/* Closes first … last, both included; flags: CLOSE_RANGE_CLOEXEC (4) only marks them. EINVAL. close_range(2) */
int close_range(unsigned int first, unsigned int last, int flags);

/*
 * Names. The at forms start at dirfd or AT_FDCWD, <fcntl.h> has their flags. access asks for the real identity.
 * path_resolution(7)
 */
int access(const char *path, int mode);
int faccessat(int dirfd, const char *path, int mode, int flags);
int chdir(const char *path);
int fchdir(int fd);
int chroot(const char *path);
int chown(const char *path, uid_t owner, gid_t group);
int lchown(const char *path, uid_t owner, gid_t group);
int fchown(int fd, uid_t owner, gid_t group);
int link(const char *oldpath, const char *newpath);
int symlink(const char *target, const char *linkpath);
/* Bytes written to buf, not terminated. */
ssize_t readlink(const char *restrict path, char *restrict buf, size_t size);
int linkat(int olddirfd, const char *oldpath, int newdirfd, const char *newpath, int flags);
int symlinkat(const char *target, int dirfd, const char *linkpath);
ssize_t readlinkat(int dirfd, const char *restrict path, char *restrict buf, size_t size);
int fchownat(int dirfd, const char *path, uid_t owner, gid_t group, int flags);
int rmdir(const char *path);
int unlink(const char *path);
int unlinkat(int dirfd, const char *path, int flags);
/* buf, or NULL with errno; with buf NULL an allocated string that the caller frees. */
char *getcwd(char *buf, size_t size);

/*
 * Processes. exec functions return only on failure; the p forms search PATH and run by sh what has no known format. fork: the
 * child's number in the parent, 0 in the child, which has this thread alone; -1 with EAGAIN or ENOMEM.
 */
pid_t fork(void);
/* Without the functions of pthread_atfork; the child of a program with threads may call only what is async-signal-safe. */
pid_t _Fork(void);
/* The parent waits until the child, which shares its memory and stack, calls exec or _exit: it may call nothing else. */
pid_t vfork(void) __attribute__((__returns_twice__));
int execve(const char *path, char *const argv[], char *const envp[]);
int execv(const char *path, char *const argv[]);
int execvp(const char *file, char *const argv[]);
int execvpe(const char *file, char *const argv[], char *const envp[]);
int execl(const char *path, const char *arg0, ...);
int execle(const char *path, const char *arg0, ...);	/* the environment behind the NULL */
int fexecve(int fd, char *const argv[], char *const envp[]);
int execlp(const char *file, const char *arg0, ...);
_Noreturn void _exit(int status);
/*
 * Identities of the process, thread, group and session; pid 0: the caller's. getpid … getpgrp never fail; ESRCH, EPERM, EACCES.
 */
pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t pid);
pid_t getsid(pid_t pid);
int setpgid(pid_t pid, pid_t pgid);
pid_t setsid(void);
/* The terminal's foreground group; setting it from the background is SIGTTOU. ENOTTY, EINVAL, EPERM. */
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t pgrp);

/*
 * Credentials, of all threads: credentials(7). The getters never fail; setting is EPERM without right, -1 leaves an identity
 * alone.
 */
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t uid);
int setgid(gid_t gid);
int setreuid(uid_t ruid, uid_t euid);
int setregid(gid_t rgid, gid_t egid);
int setresuid(uid_t ruid, uid_t euid, uid_t suid);
int setresgid(gid_t rgid, gid_t egid, gid_t sgid);
/* How many there are; size 0 only counts, EINVAL when it is too small. */
int getgroups(int size, gid_t list[]);
int setgroups(size_t size, const gid_t *list);

/* The effective identity alone. */
int seteuid(uid_t uid);
int setegid(gid_t gid);
/* A new process group for the caller; its number. */
pid_t setpgrp(void);
/* Changes how willingly the process yields (-20 … 19); the new value, where -1 may be one: look at errno. */
int nice(int increment);
/* The name of who logged in: LOGNAME, else the user's; static, or NULL with errno ENXIO. getlogin_r: an error number. */
char *getlogin(void);
int getlogin_r(char *buf, size_t size);
/* The bytes of a text of the system (_CS_PATH), cut to size; 0 with EINVAL for an unknown name. */
#define _CS_PATH 0
size_t confstr(int name, char *buf, size_t size);

/* A lock on `length` bytes (0: to the end) from the position on, of the process: -1 with errno EAGAIN, EDEADLK … */
#define F_ULOCK 0
#define F_LOCK  1
#define F_TLOCK 2
#define F_TEST  3
int lockf(int fd, int command, off_t length);

/* Time and waiting. */
/* SIGALRM after so many seconds (0: not at all); the seconds that an alarm before had left. */
unsigned int alarm(unsigned int seconds);
/* Seconds that were left when a signal came, else 0. */
unsigned int sleep(unsigned int seconds);
/* Waits, at least so long; -1 with EINTR after a signal handler. pause: always. Cancellation points, with sleep. */
int usleep(unsigned int microseconds);
int pause(void);

/* Bytes of a page; the most descriptors. */
int getpagesize(void);
int getdtablesize(void);
/* The machine's name, cut to size. */
int gethostname(char *name, size_t size);
/* Up to 256 random bytes; 0, or -1 with EIO. */
int getentropy(void *buf, size_t size);
/* A limit of a file (_PC_…), or -1: with errno, or without a limit errno is left alone. */
long pathconf(const char *path, int name);
long fpathconf(int fd, int name);
/* The path of the terminal, static, or NULL with errno. ttyname_r: 0 or an error number. */
char *ttyname(int fd);
int ttyname_r(int fd, char *buf, size_t size);
/* "/dev/tty", in buf (L_ctermid bytes) or static. */
char *ctermid(char *buf);
/* Swaps the bytes of each pair. */
void swab(const void *restrict from, void *restrict to, ssize_t size);

/* A value of the system (_SC_…), or -1 with errno EINVAL for an unknown name. */
long sysconf(int name);
/* Any system call by its number (sys/syscall.h); -1 with errno on an error. */
long syscall(long number, ...);

__ASTRA_END_DECLS

#endif
