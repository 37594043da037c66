/*
 * I/O APICs: legacy lines and ACPI global interrupts to vectors of the boot CPU. Redirection entries are written at boot
 * and by drivers' requests, under the lock.
 */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/irq.h"
#include "drivers/acpi.h"
#include "lib/error.h"
#include "lib/log.h"
#include "mm/kmap.h"

#define IOAPIC_SELECT  0
#define IOAPIC_WINDOW  4
#define IOAPIC_VERSION 1
#define IOAPIC_ENTRY   0x10
#define ENTRY_MASKED     (1u << 16)
#define ENTRY_LEVEL      (1u << 15)
#define ENTRY_ACTIVE_LOW (1u << 13)

#define MAX_IOAPICS 16

static struct ioapic {
	volatile u32 *mmio;		/* [I] */
	unsigned gsi_base, count;	/* [I] */
} ioapics[MAX_IOAPICS];
static unsigned ioapic_count;
static struct spinlock ioapic_lock = SPINLOCK_INIT("ioapic", RANK_DEVICE);

static u32 ioapic_read(struct ioapic *a, u32 r)
{
	a->mmio[IOAPIC_SELECT] = r;
	return a->mmio[IOAPIC_WINDOW];
}

static void ioapic_write(struct ioapic *a, u32 r, u32 v)
{
	a->mmio[IOAPIC_SELECT] = r;
	a->mmio[IOAPIC_WINDOW] = v;
}

/* The 8259s are remapped away from the exceptions and masked: a spurious IRQ 7 may still come. */
static void disable_8259(void)
{
	static const u8 sequence[][2] = {
		{ 0x20, 0x11 }, { 0xa0, 0x11 }, { 0x21, 0x20 }, { 0xa1, 0x28 }, { 0x21, 4 }, { 0xa1, 2 }, { 0x21, 1 }, { 0xa1, 1 },
		{ 0x21, 0xff }, { 0xa1, 0xff },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(sequence); i++)
		arch_out8(sequence[i][0], sequence[i][1]);
}

void ioapic_init(void)
{
	const struct acpi_madt_info *madt = acpi_madt();

	disable_8259();
	for (unsigned i = 0; i < madt->ioapic_count && ioapic_count < MAX_IOAPICS; i++) {
		struct ioapic *a = &ioapics[ioapic_count];

		a->mmio = kmap_io(madt->ioapics[i].address, PAGE_SIZE, KMAP_UNCACHED);
		if (!a->mmio)
			continue;
		a->gsi_base = madt->ioapics[i].gsi_base;
		a->count = (ioapic_read(a, IOAPIC_VERSION) >> 16 & 0xff) + 1;
		for (unsigned n = 0; n < a->count; n++)
			ioapic_write(a, IOAPIC_ENTRY + n * 2, ENTRY_MASKED);
		ioapic_count++;
	}
}

int arch_irq_request_gsi(unsigned gsi, bool level, bool active_low, irq_handler fn, void *arg)
{
	for (unsigned i = 0; i < ioapic_count; i++) {
		struct ioapic *a = &ioapics[i];
		irqstate s;
		int vector;

		if (gsi < a->gsi_base || gsi >= a->gsi_base + a->count)
			continue;
		vector = irq_allocate_vector(fn, arg);
		if (vector < 0)
			return vector;
		s = spin_lock_irqsave(&ioapic_lock);
		ioapic_write(a, IOAPIC_ENTRY + (gsi - a->gsi_base) * 2 + 1, cpus[0]->apic_id << 24);
		ioapic_write(a, IOAPIC_ENTRY + (gsi - a->gsi_base) * 2,
			     (u32)vector | (level ? ENTRY_LEVEL : 0) | (active_low ? ENTRY_ACTIVE_LOW : 0));
		spin_unlock_irqrestore(&ioapic_lock, s);
		return 0;
	}
	return -ENODEV;
}

int arch_irq_request_isa(unsigned isa_irq, irq_handler fn, void *arg)
{
	const struct acpi_madt_info *madt = acpi_madt();

	for (unsigned i = 0; i < madt->override_count; i++)
		if (madt->overrides[i].isa_irq == isa_irq)
			return arch_irq_request_gsi(madt->overrides[i].gsi, madt->overrides[i].level,
						    madt->overrides[i].active_low, fn, arg);
	return arch_irq_request_gsi(isa_irq, false, false, fn, arg);
}
