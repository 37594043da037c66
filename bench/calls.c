/* Entering the kernel and leaving it: calls that do next to nothing, the clock, yielding, signals, switches. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define I386_GETPID	20
#define I386_GETPPID	64

static long gate_number;
static int null_device;

/* The instruction itself: the C library's syscall() would be a tenth of the figure. */
static void null_syscall(unsigned long count)
{
	while (count--) {
		long result = SYS_getppid;

		asm volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
	}
}

static long gate(long number, long argument)
{
	long result;

	asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(argument), "D"(argument) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

/* The gate has the numbers of i386 on one system and those of x86-64 on the other: number 20 is getpid here, and writev, which
 * refuses the descriptor -1, there. */
static void find_gate_number(void)
{
	gate_number = gate(I386_GETPID, -1) == getpid() ? I386_GETPPID : SYS_getppid;
	if (gate(gate_number, 0) != getppid())
		give_up(ENOSYS);
}

static void null_gate(unsigned long count)
{
	while (count--)
		gate(gate_number, 0);
}

static void clock_vdso(unsigned long count)
{
	struct timespec time;

	while (count--)
		clock_gettime(CLOCK_MONOTONIC, &time);
}

static void clock_call(unsigned long count)
{
	struct timespec time;

	while (count--)
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
}

static void yield(unsigned long count)
{
	while (count--)
		sched_yield();
}

/* Whose turn it is, of two tasks that stay on one CPU: shared by processes as well. A round ends when the other one has run, so
 * that a yield that switches to nobody counts as what it is. */
static _Atomic int *turn;

static _Noreturn void give_back(void *unused)
{
	for (;;) {
		*turn = 0;
		sched_yield();
	}
}

static void share_turn(void)
{
	turn = must_map(mmap(NULL, sizeof(*turn), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	pin(0);
}

static void yielding_process(void)
{
	share_turn();
	start_child(give_back, NULL);
}

static void *yielding(void *unused)
{
	give_back(unused);
}

static void yielding_thread(void)
{
	pthread_t thread;

	share_turn();
	must_zero(pthread_create(&thread, NULL, yielding, NULL));
}

static void switch_twice(unsigned long count)
{
	while (count--) {
		*turn = 1;
		while (*turn)
			sched_yield();
	}
}

static void on_signal(int number)
{
}

static void catch_signal(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	must(sigaction(SIGUSR1, &action, NULL));
}

static void signal_self(unsigned long count)
{
	int self = getpid();

	while (count--)
		kill(self, SIGUSR1);
}

static void open_null(void)
{
	null_device = must(open("/dev/null", O_WRONLY));
}

static void write_null(unsigned long count)
{
	while (count--)
		must(write(null_device, "x", 1));
}

const struct row call_rows[] = {
	{ .name = "call.null", .run = null_syscall },
	{ .name = "call.null_int80", .setup = find_gate_number, .run = null_gate },
	{ .name = "call.write_null", .setup = open_null, .run = write_null },
	{ .name = "clock.vdso", .run = clock_vdso },
	{ .name = "clock.call", .run = clock_call },
	{ .name = "sched.yield", .run = yield },
	{ .name = "sched.switch_process", .setup = yielding_process, .run = switch_twice, .divide = 2 },
	{ .name = "sched.switch_thread", .setup = yielding_thread, .run = switch_twice, .divide = 2 },
	{ .name = "signal.self", .setup = catch_signal, .run = signal_self },
	{ 0 }
};
