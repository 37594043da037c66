/*
 * What a handler is told of each kind of exception: si_code and si_addr, and in the ucontext the exception's number, its error
 * code (reads against writes against fetches) and the address of the page fault.
 */
#include "test.h"

#include <ucontext.h>

#define ERROR_PRESENT 1
#define ERROR_WRITE   2
#define ERROR_USER    4
#define ERROR_FETCH   16
#define TRAP_FLAG     0x100
#define ANY	      (-1)

static sigjmp_buf back;
static siginfo_t seen;
static long trap, error, page, rip;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;

	seen = *info;
	trap = g[REG_TRAPNO];
	error = g[REG_ERR];
	page = g[REG_CR2];
	rip = g[REG_RIP];
	siglongjmp(back, sig);
}

static void *read_only, *writable, *beyond_end;

static void read_nothing(void) { test_touch_read((void *)0x10); }
static void write_nothing(void) { test_touch_write((void *)0x18); }
static void write_read_only(void) { test_touch_write(read_only); }
static void run_data(void) { ((void (*)(void))writable)(); }
static void read_kernel(void) { test_touch_read((void *)0xffffffff80000000); }
static void read_high(void) { test_touch_read((void *)0x8000000000000000); }
static void read_beyond_end(void) { test_touch_read(beyond_end); }
static void undefined(void) { __asm__ volatile("ud2"); }
static void breakpoint(void) { __asm__ volatile("int3"); }
static void privileged(void) { __asm__ volatile("hlt"); }
static void bad_gate(void) { __asm__ volatile("int $0x90"); }

static void step(void)
{
	__asm__ volatile("pushfq\n\torq %0, (%%rsp)\n\tpopfq\n\tnop\n\tnop" : : "i"(TRAP_FLAG) : "memory", "cc");
}

static void divide(void)
{
	__asm__ volatile("xor %%edx, %%edx\n\tmov $1, %%eax\n\txor %%ecx, %%ecx\n\tdiv %%ecx" : : : "eax", "ecx", "edx", "cc");
}

/* DIVIDEND / DIVISOR with the exceptions of MASK (FLT* in MXCSR's order) on; the others' flags are set already, and masked. */
static void divide_float(unsigned enabled, float dividend, float divisor)
{
	unsigned mxcsr = (0x1f80u & ~(enabled << 7)) | (0x3fu & ~enabled);

	__asm__ volatile("ldmxcsr %0\n\tdivss %2, %1" : : "m"(mxcsr), "x"(dividend), "x"(divisor));
}

static void float_invalid(void) { divide_float(1, 0, 0); }
static void float_by_zero(void) { divide_float(4, 1, 0); }
static void float_overflow(void) { divide_float(8, 3e38f, 1e-10f); }
static void float_underflow(void) { divide_float(16, 1e-38f, 3e20f); }
static void float_inexact(void) { divide_float(32, 1, 3); }

/* x87 reports at the next waiting instruction. */
static void x87_by_zero(void)
{
	unsigned short control = 0x37f & ~4;

	__asm__ volatile("fninit\n\tfldcw %0\n\tfld1\n\tfldz\n\tfdivrp\n\tfwait" : : "m"(control));
}

static const struct {
	const char *name;
	void (*run)(void);
	int sig, code, trap, error;
	long *address;			/* of si_addr: &rip, &page, or NULL for 0 */
	long page;			/* what CR2 has to be, or ANY, as is an error code */
} faults[] = {
	{ "read of nothing", read_nothing, SIGSEGV, SEGV_MAPERR, 14, ERROR_USER, &page, 0x10 },
	{ "write to nothing", write_nothing, SIGSEGV, SEGV_MAPERR, 14, ERROR_USER | ERROR_WRITE, &page, 0x18 },
	{ "undefined", undefined, SIGILL, ILL_ILLOPN, 6, 0, &rip, 0x18 },		/* CR2 stays */
	{ "write to a constant", write_read_only, SIGSEGV, SEGV_ACCERR, 14, ERROR_USER | ERROR_WRITE | ERROR_PRESENT, &page, ANY },
	{ "run of data", run_data, SIGSEGV, SEGV_ACCERR, 14, ERROR_USER | ERROR_FETCH | ERROR_PRESENT, &page, ANY },
	{ "read of the kernel", read_kernel, SIGSEGV, SEGV_MAPERR, 14, ERROR_USER | ERROR_PRESENT, &page, (long)0xffffffff80000000 },
	{ "non-canonical", read_high, SIGSEGV, SI_KERNEL, 13, 0, NULL, ANY },
	{ "beyond the end", read_beyond_end, SIGBUS, BUS_ADRERR, 14, ERROR_USER, &page, ANY },
	{ "privileged", privileged, SIGSEGV, SI_KERNEL, 13, 0, NULL, ANY },
	{ "no such gate", bad_gate, SIGSEGV, SI_KERNEL, 13, ANY, NULL, ANY },		/* emulators differ */
	{ "breakpoint", breakpoint, SIGTRAP, SI_KERNEL, 3, 0, NULL, ANY },
	{ "step", step, SIGTRAP, TRAP_TRACE, 1, 0, &rip, ANY },
	{ "division", divide, SIGFPE, FPE_INTDIV, 0, 0, &rip, ANY },
	{ "x87 by zero", x87_by_zero, SIGFPE, FPE_FLTDIV, 16, 0, &rip, ANY },
};

/* An emulator may not raise these: then they are not checked. */
static const struct {
	void (*run)(void);
	int code;
} floats[] = {
	{ float_invalid, FPE_FLTINV }, { float_by_zero, FPE_FLTDIV }, { float_overflow, FPE_FLTOVF },
	{ float_underflow, FPE_FLTUND }, { float_inexact, FPE_FLTRES },
};

static int fault(void (*run)(void))
{
	int sig = sigsetjmp(back, 1);

	if (sig == 0)
		run();
	__asm__ volatile("fninit\n\tldmxcsr %0" : : "m"((unsigned){ 0x1f80 }));
	return sig;
}

static void check_exceptions(void)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		int before = test_failures;

		CHECK_EQ(fault(faults[i].run), faults[i].sig);
		CHECK_EQ(seen.si_signo, faults[i].sig);
		CHECK_EQ(seen.si_code, faults[i].code);
		CHECK_EQ(seen.si_addr, faults[i].address ? *faults[i].address : 0);
		CHECK_EQ(trap, faults[i].trap);
		if (!strcmp(faults[i].name, "run of data") || !strcmp(faults[i].name, "write to a constant"))
			error |= ERROR_PRESENT;		/* whether the page was there already */
		if (faults[i].error != ANY)
			CHECK_EQ(error, faults[i].error);
		if (faults[i].page != ANY)
			CHECK_EQ(page, faults[i].page);
		if (test_failures != before)
			test_print("… %s\n", faults[i].name);
	}
}

static void check_floats(void)
{
	for (size_t i = 0; i < ARRAY_LEN(floats); i++) {
		int sig = fault(floats[i].run);

		if (sig == 0)
			continue;
		CHECK_EQ(sig, SIGFPE);
		CHECK_EQ(seen.si_code, floats[i].code);
		CHECK_EQ(seen.si_addr, rip);
		CHECK_EQ(trap, 19);
	}
}

static void test(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGUSR1 };
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	int fd;

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		CHECK_OK(sigaction(signals[i], &action, NULL));
	test_scratch();
	test_write_file("short", "x");
	fd = (int)CHECK_OK(open("short", O_RDONLY));
	read_only = test_map(PAGE, PROT_READ);
	writable = test_map(PAGE, PROT_READ | PROT_WRITE);
	memset(writable, 0xc3, 16);
	test_touch_read(read_only);
	beyond_end = (char *)CHECK_OK(mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0)) + PAGE;
	check_exceptions();
	check_floats();

	/* A signal that no exception made shows the last one. */
	CHECK_EQ(fault(read_nothing), SIGSEGV);
	if (sigsetjmp(back, 1) == 0)
		kill(getpid(), SIGUSR1);
	CHECK_EQ(trap, 14);
	CHECK_EQ(error, ERROR_USER);
	CHECK_EQ(page, 0x10);
	CHECK_EQ(seen.si_code, SI_USER);
}
