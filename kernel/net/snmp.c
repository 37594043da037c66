/* The counters' memory and their sums: see snmp.h. */
#include "net/snmp.h"

#include "lib/assert.h"
#include "mm/slab.h"

struct snmp_cpu *snmp_cpus;

void snmp_init(void)
{
	snmp_cpus = kzalloc(cpu_count * sizeof(*snmp_cpus));
	ASSERT(snmp_cpus);	/* at boot, with all of memory free */
}

u64 snmp_read(enum snmp_counter c)
{
	u64 sum = 0;

	for (unsigned cpu = 0; cpu < cpu_count; cpu++)
		sum += __atomic_load_n(&snmp_cpus[cpu].counters[c], __ATOMIC_RELAXED);
	return sum;
}
