/* Sending signals, and their names. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "syscall.h"

int kill(pid_t pid, int sig)
{
	return (int)__sysret(sys(kill, pid, sig));
}

int killpg(pid_t pgrp, int sig)
{
	return kill(-pgrp, sig);
}

int tgkill(pid_t tgid, pid_t tid, int sig)
{
	return (int)__sysret(sys(tgkill, tgid, tid, sig));
}

int raise(int sig)
{
	return tgkill(getpid(), gettid(), sig);
}

int sigqueue(pid_t pid, int sig, union sigval value)
{
	siginfo_t info = { .si_signo = sig, .si_code = SI_QUEUE };

	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value = value;
	return (int)__sysret(sys(rt_sigqueueinfo, pid, sig, &info));
}

char *strsignal(int sig)
{
	static const char *const names[] = {
		[SIGHUP] = "Hangup", [SIGINT] = "Interrupt", [SIGQUIT] = "Quit", [SIGILL] = "Illegal instruction",
		[SIGTRAP] = "Trace/breakpoint trap", [SIGABRT] = "Aborted", [SIGBUS] = "Bus error",
		[SIGFPE] = "Floating point exception", [SIGKILL] = "Killed", [SIGUSR1] = "User defined signal 1",
		[SIGSEGV] = "Segmentation fault", [SIGUSR2] = "User defined signal 2", [SIGPIPE] = "Broken pipe",
		[SIGALRM] = "Alarm clock", [SIGTERM] = "Terminated", [SIGSTKFLT] = "Stack fault",
		[SIGCHLD] = "Child exited", [SIGCONT] = "Continued", [SIGSTOP] = "Stopped (signal)",
		[SIGTSTP] = "Stopped", [SIGTTIN] = "Stopped (tty input)", [SIGTTOU] = "Stopped (tty output)",
		[SIGURG] = "Urgent I/O condition", [SIGXCPU] = "CPU time limit exceeded",
		[SIGXFSZ] = "File size limit exceeded", [SIGVTALRM] = "Virtual timer expired",
		[SIGPROF] = "Profiling timer expired", [SIGWINCH] = "Window changed", [SIGIO] = "I/O possible",
		[SIGPWR] = "Power failure", [SIGSYS] = "Bad system call",
	};
	static _Thread_local char unknown[32] __attribute__((tls_model("initial-exec")));

	if (sig > 0 && sig <= SIGSYS)
		return (char *)names[sig];
	snprintf(unknown, sizeof(unknown), sig >= SIGRTMIN && sig <= SIGRTMAX ? "Real-time signal %d" : "Unknown signal %d",
		 sig >= SIGRTMIN && sig <= SIGRTMAX ? sig - SIGRTMIN : sig);
	return unknown;
}

void psignal(int sig, const char *prefix)
{
	fprintf(stderr, "%s%s%s\n", prefix && *prefix ? prefix : "", prefix && *prefix ? ": " : "", strsignal(sig));
}
