/* The kernel's start, from the loader's jump to the first program. Boot CPU only, until arch_smp_start. */
#include "arch/arch.h"
#include "boot/boot.h"
#include "boot/phases.h"
#include "drivers/acpi.h"
#include "drivers/pci.h"
#include "drivers/tty.h"
#include "drivers/uart16550.h"
#include "exec/vdso.h"
#include "fs/file.h"
#include "lib/assert.h"
#include "lib/log.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/area.h"
#include "mm/frame.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "net/net.h"
#include "sched/clock.h"
#include "sched/process.h"
#include "sched/rcu.h"
#include "sched/task.h"
#include "tests/kernel/selftest.h"
#include "trace/profile.h"

static struct boot_info info;		/* a copy: the loader's memory is freed */

static void check_boot_info(const struct boot_info *given)
{
	if (given->magic != BOOT_INFO_MAGIC || given->version != BOOT_INFO_VERSION || given->size != sizeof(*given))
		boot_fail("the loader speaks another boot protocol (version %u, %u bytes)", given->version, given->size);
	info = *given;
	direct_map = info.direct_map;
	cmdline_init(phys_to_virt(PADDR(info.command_line)));
	boot_phases_start(&info.times);
}

static void set_log_level(void)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	const char *wanted = cmdline_get("log");

	for (unsigned i = 0; wanted && i < ARRAY_SIZE(names); i++)
		if (strcmp(wanted, names[i]) == 0)
			log_set_level((enum log_level)i);
}

static void memory_init(void)
{
	frame_init(&info);
	slab_init();
	kmap_init();
	zero_page = page_alloc(0, ALLOC_ZERO);
	if (!zero_page)
		boot_fail("no memory for the first page");
}

static void start_first_program(void)
{
	static const char *const environment[] = { "PATH=/sbin:/bin:/usr/bin", "HOME=/root", "TERM=linux", NULL };
	const char *path = cmdline_get("init");
	const char *argv[72];
	const char *const *words;
	unsigned count, n = 0;

	if (!path || *path == '\0')
		path = "/sbin/init";
	argv[n++] = path;
	words = cmdline_init_arguments(&count);
	for (unsigned i = 0; i < count && n + 1 < ARRAY_SIZE(argv); i++)
		argv[n++] = words[i];
	argv[n] = NULL;
	process_start_init(path, argv, environment);
}

/* In a task of its own, so that it may sleep: file systems, drivers, the first program. */
static void boot_task(void *unused)
{
	const char *seed = cmdline_get("selftest");
	unsigned words;
	u64 value = 0;

	profile_init();
	fs_init(phys_to_virt(PADDR(info.archive)), info.archive_size);
	vdso_init();
	boot_part("root");
	tty_init();
	rcu_init();
	net_init();
	pci_init();
	boot_part("drivers");
	frame_free_loader(phys_to_virt(PADDR(info.memory_map)), info.memory_map_count);

	if (seed) {
		(void)parse_u64(seed, &value);
		selftest_run(value);
		arch_power_off();
	}
	boot_phase("kernel");
	start_first_program();
	boot_phase("init");
	boot_phases_print();
	/* From here on the console is somebody's terminal; the ring keeps every line. */
	(void)cmdline_init_arguments(&words);
	if (words == 0 && !cmdline_get("log"))
		log_set_level(LOG_WARN);
}

void kernel_main(const struct boot_info *given)
{
	struct task *boot;

	arch_early_init(given);
	check_boot_info(given);
	uart_init_log();
	set_log_level();

	memory_init();
	arch_choose_bulk();
	random_init(info.entropy);
	memset(info.entropy, 0, sizeof(info.entropy));

	acpi_init(PADDR(info.rsdp));
	arch_irq_init();
	clock_boot_realtime(info.boot_clock);	/* until the RTC is read */
	arch_clock_init();
	boot_part("memory, clock");

	sched_init_cpu(0);
	clock_start_upkeep();
	arch_smp_start();
	arch_drop_identity_map();
	boot_part("CPUs");

	boot = task_create_kernel("boot", boot_task, NULL);
	if (!boot)
		boot_fail("no memory for the first task");
	task_start(boot);
	sched_idle();
}
