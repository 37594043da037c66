/*
 * The floating-point state around handlers: it starts with default control words and no flags, its own changes do not come
 * back, what it writes into the frame's image does; images across a page that is not there yet, and damaged ones.
 */
#include "test.h"
#include <fenv.h>
#include <ucontext.h>

#define MAGIC1 0x46505853u
#define MAGIC2 0x46505845u

static volatile unsigned short seen_fcw, seen_fsw;
static volatile unsigned seen_mxcsr, magic1, magic2, size_in_image;
static volatile uint64_t features, flags;
static volatile int change;

static unsigned get_mxcsr(void)
{
	unsigned v;

	__asm__ volatile("stmxcsr %0" : "=m"(v));
	return v;
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	unsigned char *image = (void *)uc->uc_mcontext.fpregs;
	unsigned short fcw, fsw;
	double junk = 3.25;

	(void)sig, (void)info;
	__asm__ volatile("fnstcw %0\n\tfnstsw %1" : "=m"(fcw), "=m"(fsw));
	seen_fcw = fcw;
	seen_fsw = fsw;
	seen_mxcsr = get_mxcsr();
	flags = ((uint64_t *)uc)[0];
	memcpy((void *)&magic1, image + 464, 4);
	memcpy((void *)&features, image + 472, 8);
	memcpy((void *)&size_in_image, image + 480, 4);
	if (magic1 == MAGIC1)
		memcpy((void *)&magic2, image + size_in_image, 4);
	__asm__ volatile("movsd %0, %%xmm7\n\tmovsd %0, %%xmm9" : : "m"(junk) : "xmm7", "xmm9");
	fesetround(FE_DOWNWARD);
	if (change == 1) {				/* xmm9 comes back changed */
		double v = 123.5;
		memcpy(image + 160 + 9 * 16, &v, sizeof(v));
	}
	if (change == 2)				/* a bit of MXCSR that does not exist */
		memset(image + 24, 0xff, 4);
	if (change == 3)				/* no longer XSAVE's: the FXSAVE part counts */
		memset(image + 464, 0, 4);
	if (change == 4)				/* a reserved word of the header */
		memset(image + 528, 1, 8);
}

static void check_round(void)
{
	double nine = 9.75, back = 0;

	__asm__ volatile("movsd %1, %%xmm9\n\t"
			 "movl %2, %%edi\n\tmovl %3, %%esi\n\tmovl %4, %%eax\n\tsyscall\n\t"
			 "movsd %%xmm9, %0"
			 : "=m"(back)
			 : "m"(nine), "r"(getpid()), "i"(SIGUSR1), "i"(SYS_kill)
			 : "rdi", "rsi", "rax", "rcx", "r11", "xmm9", "memory");
	CHECK(back == (change == 1 ? 123.5 : nine));
}

static void test_control(void)
{
	fesetround(FE_UPWARD);
	feraiseexcept(FE_INEXACT | FE_DIVBYZERO);
	unsigned before = get_mxcsr();
	check_round();
	CHECK_EQ(seen_fcw, 0x37f);
	CHECK_EQ(seen_fsw, 0);
	CHECK_EQ(seen_mxcsr, 0x1f80);
	CHECK_EQ(get_mxcsr(), before);
	CHECK_EQ(fegetround(), FE_UPWARD);
	CHECK_EQ(fetestexcept(FE_DIVBYZERO | FE_INEXACT), FE_DIVBYZERO | FE_INEXACT);
	fesetround(FE_TONEAREST);
	feclearexcept(FE_ALL_EXCEPT);
	if (magic1 == MAGIC1) {
		CHECK_EQ(magic2, MAGIC2);
		CHECK(flags & 1);
		CHECK_EQ(features & 3, 3);
		CHECK(size_in_image >= 576);
	}
}

static void test_changes(void)
{
	change = 1;
	check_round();
	change = 3;
	check_round();
	change = 0;
	for (int bad = 2; bad <= 4; bad += 2) {
		pid_t pid = test_fork();
		if (pid == 0) {
			change = bad;
			raise(SIGUSR1);
			_exit(0);
		}
		int status;			/* a processor refuses such an image; emulators may not look */
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK(status == 0 || status == SIGSEGV);
	}
}

/* The frame lands on untouched pages, at every alignment to the page. */
static void test_fresh_pages(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigaction(SIGUSR1, &sa, NULL);
	for (size_t offset = 0; offset < PAGE; offset += 192) {
		char *stack = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		stack_t ss = { .ss_sp = stack, .ss_size = 7 * PAGE + offset };

		CHECK_OK(sigaltstack(&ss, NULL));
		check_round();
		CHECK_OK(munmap(stack, 8 * PAGE));
	}
	stack_t off = { .ss_flags = SS_DISABLE };
	CHECK_OK(sigaltstack(&off, NULL));
}

/* Loads of handlers while other processes use the registers of the same CPU. */
static void test_crowd(void)
{
	pid_t pids[3];

	for (int i = 0; i < 3; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			for (int n = 0; n < 3000; n++) {
				check_round();
				if (n % 64 == 0)
					sched_yield();
			}
			test_exit();
		}
	}
	for (int i = 0; i < 3; i++)
		CHECK_CHILD(pids[i]);
}

static void test(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

	sigaction(SIGUSR1, &sa, NULL);
	test_control();
	test_changes();
	test_fresh_pages();
	sigaction(SIGUSR1, &sa, NULL);
	test_crowd();
}
