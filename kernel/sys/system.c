/*
 * System calls about the machine as a whole: its name, its memory, its CPUs, its end; random numbers. Task context.
 *
 * uname says "Linux" because programs and C libraries ask for it: what they want to know is whether Linux's calls are here.
 */
#include "arch/arch.h"
#include "gen/syscalls_kernel.h"
#include "lib/version.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "mm/usercopy.h"
#include "sched/clock.h"
#include "sched/loadavg.h"
#include "sched/process.h"
#include "sched/task.h"
#include "sched/uts.h"

struct linux_utsname {
	char sysname[UTS_FIELD], nodename[UTS_FIELD], release[UTS_FIELD], version[UTS_FIELD], machine[UTS_FIELD],
	     domainname[UTS_FIELD];
};
_Static_assert(sizeof(struct linux_utsname) == 390, "Linux's size");

long sys_uname(uaddr buf)
{
	struct linux_utsname u = {
		.sysname = KERNEL_SYSNAME, .release = KERNEL_RELEASE, .version = KERNEL_VERSION, .machine = "x86_64",
	};

	uts_get(UTS_HOST, u.nodename);
	uts_get(UTS_DOMAIN, u.domainname);
	return put_user_object(buf, &u);
}

static long set_name(enum uts_name which, uaddr name, int length)
{
	char copy[UTS_FIELD];

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (length < 0 || length >= (int)UTS_FIELD)
		return -EINVAL;
	if (copy_from_user(copy, name, (size_t)length) < 0)
		return -EFAULT;
	uts_set(which, copy, (size_t)length);
	return 0;
}

long sys_sethostname(uaddr name, int length)
{
	return set_name(UTS_HOST, name, length);
}

long sys_setdomainname(uaddr name, int length)
{
	return set_name(UTS_DOMAIN, name, length);
}

struct linux_sysinfo {
	i64 uptime;
	u64 loads[3], total_ram, free_ram, shared_ram, buffer_ram, total_swap, free_swap;
	u16 processes, pad;
	u64 total_high, free_high;
	u32 unit;
};
_Static_assert(sizeof(struct linux_sysinfo) == 112, "Linux's size");

long sys_sysinfo(uaddr info)
{
	struct frame_stats frames;
	struct linux_sysinfo i = { .unit = 1 };

	frame_stats(&frames);
	i.uptime = (i64)((clock_now() + NS_PER_SEC - 1) / NS_PER_SEC);
	i.total_ram = frames.total * PAGE_SIZE;
	i.free_ram = frames.free * PAGE_SIZE;
	loadavg_get(i.loads);
	i.processes = (u16)MIN(process_task_count(), 0xffffu);
	return put_user_object(info, &i);
}

#define REBOOT_MAGIC1	0xfee1deadu
#define REBOOT_MAGIC2	672274793u
#define REBOOT_MAGIC2A	85072278u
#define REBOOT_MAGIC2B	369367448u
#define REBOOT_MAGIC2C	537993216u

#define REBOOT_RESTART	 0x01234567u
#define REBOOT_RESTART2	 0xa1b2c3d4u
#define REBOOT_HALT	 0xcdef0123u
#define REBOOT_POWER_OFF 0x4321fedcu
#define REBOOT_CAD_ON	 0x89abcdefu
#define REBOOT_CAD_OFF	 0x00000000u

long sys_reboot(unsigned magic, unsigned magic2, unsigned cmd, uaddr arg)
{
	if (!capable(CAP_SYS_BOOT))
		return -EPERM;
	if (magic != REBOOT_MAGIC1 || (magic2 != REBOOT_MAGIC2 && magic2 != REBOOT_MAGIC2A && magic2 != REBOOT_MAGIC2B &&
				       magic2 != REBOOT_MAGIC2C))
		return -EINVAL;
	switch (cmd) {
	case REBOOT_RESTART:
	case REBOOT_RESTART2:
		log_info("system", "restart");
		arch_reboot();
	case REBOOT_POWER_OFF:
		log_info("system", "power off");
		arch_power_off();
	case REBOOT_HALT:
		log_info("system", "halted");
		arch_halt_forever();
	case REBOOT_CAD_ON:
	case REBOOT_CAD_OFF:
		return 0;	/* there is no keyboard whose Ctrl-Alt-Del could be meant */
	}
	return -EINVAL;
}

#define GRND_NONBLOCK 1u
#define GRND_RANDOM   2u
#define GRND_INSECURE 4u

/* The pool is seeded before the first program runs, so no flag changes what happens. */
long sys_getrandom(uaddr buf, size_t count, unsigned flags)
{
	u8 chunk[256];
	size_t done = 0;

	if ((flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) ||
	    (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	count = MIN(count, (size_t)INT32_MAX);
	while (done < count) {
		size_t n = MIN(count - done, sizeof(chunk)), left;

		random_bytes(chunk, n);
		left = copy_to_user_partial(UADDR(buf.v + done), chunk, n);
		done += n - left;
		if (left > 0)
			break;
		preempt_point();
		if (done % PAGE_SIZE == 0 && signal_pending())
			break;
	}
	memset(chunk, 0, sizeof(chunk));
	barrier();
	return done > 0 || count == 0 ? (long)done : -EFAULT;
}

/* The mask's size must hold every CPU and be whole words; the result is how many bytes were written. */
long sys_sched_getaffinity(int pid, size_t size, uaddr mask)
{
	u64 bits[MAX_CPUS / 64] = { 0 };
	size_t n = ALIGN_UP((cpu_count + 7) / 8, sizeof(u64));
	struct task *t;

	if (size < n || size % sizeof(u64) != 0)
		return -EINVAL;
	t = task_find(pid == 0 ? current->tid : pid);
	if (!t)
		return -ESRCH;
	for (unsigned cpu = 0; cpu < cpu_count; cpu++)
		bits[cpu / 64] |= t->affinity[cpu / 64] & 1ull << cpu % 64;
	task_put(t);
	return copy_to_user(mask, bits, n) < 0 ? -EFAULT : (long)n;
}

long sys_sched_yield(void)
{
	sched_yield();
	return 0;
}
