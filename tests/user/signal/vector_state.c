/*
 * The wide vector registers around handlers: all of them come back whatever the handler does to them, the frame's image holds
 * them and what is changed there takes effect, one that says "in their first state" makes them zero; images forged in other ways.
 */
#include "test.h"

#define XSTATE_BV  512		/* words of the image's header */
#define XCOMP_BV   520
#define RESERVED   528
#define HIGH_HALVES 576		/* of the YMM registers, in the standard format */
#define STATE_SIZE 480		/* without the second magic word, which follows */
#define AVX	   4ul

static enum { RUIN, CHANGE, FIRST_STATE, COMPACTED, BAD_RESERVED, UNKNOWN_FEATURE, NO_IMAGE, MISALIGNED, NO_MAGIC2, KERNEL_IMAGE } forgery;
static volatile uint64_t seen_high;

__attribute__((target("avx"))) static void on_signal(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	unsigned char *image = (void *)uc->uc_mcontext.fpregs;
	uint64_t word = ~0ul;
	uint32_t size;

	(void)sig, (void)info;
	memcpy((void *)&seen_high, image + HIGH_HALVES + 9 * 16, 8);
	memcpy(&size, image + STATE_SIZE, 4);
	__asm__ volatile("vzeroall");
	if (forgery == CHANGE)
		memset(image + HIGH_HALVES + 9 * 16, 0x5a, 16);
	if (forgery == FIRST_STATE) {
		memcpy(&word, image + XSTATE_BV, 8);
		word &= ~AVX;
		memcpy(image + XSTATE_BV, &word, 8);
	}
	if (forgery == COMPACTED)
		memcpy(image + XCOMP_BV, &(uint64_t){ 1ul << 63 | 7 }, 8);
	if (forgery == BAD_RESERVED)
		memcpy(image + RESERVED, &word, 8);
	if (forgery == UNKNOWN_FEATURE)
		memcpy(image + XSTATE_BV, &(uint64_t){ 1ul << 62 | 7 }, 8);
	if (forgery == NO_IMAGE)
		uc->uc_mcontext.fpregs = NULL;
	if (forgery == MISALIGNED)
		uc->uc_mcontext.fpregs = (void *)(image + 8);
	if (forgery == NO_MAGIC2)
		memset(image + size, 0, 4);
	if (forgery == KERNEL_IMAGE)
		uc->uc_mcontext.fpregs = (void *)0xffffffff80000000;
}

/* ymm9 is loaded with 0x11… below and 0x22… above, a signal comes in, and OUT is what it holds then. */
__attribute__((target("avx"))) static void go(uint64_t out[4])
{
	static const uint64_t in[4] = { 0x1111111111111111, 0x1111111111111111, 0x2222222222222222, 0x2222222222222222 };

	__asm__ volatile("vmovups %1, %%ymm9\n\tmov %2, %%edi\n\tmov %3, %%esi\n\tmov %4, %%eax\n\tsyscall\n\tvmovups %%ymm9, %0\n\tvzeroupper"
			 : "=m"(*(uint64_t(*)[4])out)
			 : "m"(in), "r"(getpid()), "i"(SIGUSR1), "i"(SYS_kill)
			 : "rdi", "rsi", "rax", "rcx", "r11", "xmm9", "memory");
}

static void check_restored(void)
{
	uint64_t out[4];

	forgery = RUIN;
	go(out);
	CHECK_EQ(seen_high, 0x2222222222222222);
	CHECK_EQ(out[0], 0x1111111111111111);
	CHECK_EQ(out[2], 0x2222222222222222);
	CHECK_EQ(out[3], 0x2222222222222222);
	forgery = CHANGE;
	go(out);
	CHECK_EQ(out[0], 0x1111111111111111);
	CHECK_EQ(out[2], 0x5a5a5a5a5a5a5a5a);
	CHECK_EQ(out[3], 0x5a5a5a5a5a5a5a5a);
	forgery = FIRST_STATE;
	go(out);
	CHECK_EQ(out[0], 0x1111111111111111);
	CHECK_EQ(out[2], 0);
	forgery = NO_MAGIC2;		/* the legacy part counts alone */
	go(out);
	CHECK_EQ(out[0], 0x1111111111111111);
	CHECK_EQ(out[2], 0);
	forgery = NO_IMAGE;		/* everything in its first state */
	go(out);
	CHECK_EQ(out[0], 0);
	CHECK_EQ(out[2], 0);
}

/* The processor refuses some of these where an emulator may not look; what counts is that nobody else pays. */
static void check_forged(void)
{
	for (forgery = COMPACTED; forgery <= KERNEL_IMAGE; forgery++) {
		uint64_t out[4];
		pid_t pid;

		if (forgery == NO_IMAGE || forgery == NO_MAGIC2)
			continue;
		pid = test_fork();
		if (pid == 0) {
			go(out);
			_exit(0);
		}
		int status = test_wait(pid);
		if (!CHECK((status & 0x7f) == SIGSEGV || (status == 0 && forgery != KERNEL_IMAGE)))
			test_print("… forgery %d: status %#x\n", forgery, status);
	}
}

/* Several processes on one CPU that each keep a pattern of their own in the registers, over signals and switches. */
__attribute__((target("avx"))) static void keep_own(uint64_t pattern)
{
	uint64_t out[4], in[4] = { pattern, pattern + 1, pattern + 2, pattern + 3 };

	for (int i = 0; i < 2000; i++) {
		__asm__ volatile("vmovups %1, %%ymm12\n\tmov %2, %%eax\n\tsyscall\n\tvmovups %%ymm12, %0\n\tvzeroupper"
				 : "=m"(out)
				 : "m"(in), "i"(SYS_sched_yield)
				 : "rax", "rcx", "r11", "xmm12", "memory");
		if (memcmp(in, out, sizeof(in)) != 0)
			break;
		if (i % 50 == 0)
			kill(getpid(), SIGUSR1);
	}
	CHECK_BYTES(out, in, sizeof(in));
}

static void test(void)
{
	struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
	pid_t pids[4];

	if (!__builtin_cpu_supports("avx"))
		test_skip("no AVX");
	CHECK_OK(sigaction(SIGUSR1, &action, NULL));
	check_restored();
	check_forged();
	forgery = RUIN;
	for (int i = 0; i < 4; i++) {
		pids[i] = test_fork();
		if (pids[i] == 0) {
			keep_own(0x1000 * (uint64_t)i);
			test_exit();
		}
	}
	for (int i = 0; i < 4; i++)
		CHECK_CHILD(pids[i]);
}
