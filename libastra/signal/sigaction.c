/* Handlers. The kernel's structure carries the restorer, through which a handler returns into rt_sigreturn. */
#include <errno.h>
#include <signal.h>

#include "signal_impl.h"
#include "syscall.h"
#include "thread_impl.h"

#define SA_RESTORER 0x04000000ul
#define KERNEL_SET  8	/* bytes of the kernel's signal set */

struct kernel_sigaction {
	sighandler_t handler;
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

void __restore(void) __attribute__((visibility("hidden")));

__asm__(".text\n"
	".hidden __restore\n"
	".globl __restore\n"
	".type __restore, @function\n"
	"	nop\n"
	"__restore:\n"
	"	mov $15, %eax\n"
	"	syscall\n"
	".size __restore, . - __restore\n");

void __set_internal_handler(int sig, void (*handler)(int, siginfo_t *, void *))
{
	struct kernel_sigaction action = {
		.handler = (sighandler_t)(void *)handler,
		.flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK | SA_RESTORER,
		.restorer = __restore,
		.mask = ~0ul,
	};

	sys(rt_sigaction, sig, &action, 0, KERNEL_SET);
}

/* The library's own signals do not exist for the program. */
int sigaction(int sig, const struct sigaction *restrict action, struct sigaction *restrict old)
{
	struct kernel_sigaction next, previous;
	long result;

	if (sig == SIGCANCEL || sig == SIGSETXID) {
		errno = EINVAL;
		return -1;
	}
	if (action) {
		next.handler = action->sa_handler;
		next.flags = (unsigned int)action->sa_flags | SA_RESTORER;
		next.restorer = __restore;
		next.mask = action->sa_mask.__bits[0] & ~INTERNAL_SIGNALS;
	}
	result = __sysret(sys(rt_sigaction, sig, action ? &next : 0, old ? &previous : 0, KERNEL_SET));
	if (result == 0 && old) {
		old->sa_handler = previous.handler;
		old->sa_flags = (int)(previous.flags & ~SA_RESTORER);
		sigemptyset(&old->sa_mask);
		old->sa_mask.__bits[0] = previous.mask;
	}
	return (int)result;
}

sighandler_t signal(int sig, sighandler_t handler)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART }, old;

	return sigaction(sig, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int sigaltstack(const stack_t *restrict stack, stack_t *restrict old)
{
	return (int)__sysret(sys(sigaltstack, stack, old));
}
