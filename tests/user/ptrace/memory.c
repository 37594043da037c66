/* PEEK and POKE of data, text and stack; read-only memory is the tracer's to write; what is not mapped is EIO. */
#include "ptrace/common.h"

static volatile long variable = 0x1122334455667788;
static const volatile long constant = 5;

static __attribute__((noinline)) int four(void)
{
	__asm__ volatile("");
	return 4;
}

static void use_memory(void)
{
	raise(SIGUSR1);
	if (variable != 99 || constant != 6 || four() != 0)
		_exit(1);
	_exit(0);
}

static void test(void)
{
	pid_t pid = traced_child(use_memory);
	char *page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), STOPPED(SIGUSR1));
	CHECK_EQ(ptrace(PTRACE_PEEKDATA, pid, &variable, 0), 0x1122334455667788);
	TRACE(PTRACE_POKEDATA, pid, &variable, 99);
	CHECK_EQ(ptrace(PTRACE_PEEKDATA, pid, &variable, 0), 99);
	CHECK_EQ(variable, 0x1122334455667788);
	TRACE(PTRACE_POKEDATA, pid, &constant, 6);
	CHECK_EQ(constant, 5);
	TRACE(PTRACE_POKETEXT, pid, &four, 0xc3c031);	/* xor %eax, %eax; ret */
	CHECK_EQ(four(), 4);
	CHECK_ERRNO(ptrace(PTRACE_POKEDATA, pid, page + PAGE * 1000000, 0), EIO);
	errno = 0;
	CHECK_EQ(ptrace(PTRACE_PEEKDATA, pid, (void *)16, 0), -1);
	CHECK_EQ(errno, EIO);
	TRACE(PTRACE_CONT, pid, 0, 0);
	CHECK_EQ(next_status(pid), 0);
}
