/*
 * PCI: the walk over the buses, configuration space, BARs, MSI-X. Configuration space is reached through the ECAM of
 * the MCFG table where there is one, else through ports CF8h and CFCh, whose pair is guarded by port_lock. Everything else runs
 * at boot on one CPU. Bus numbers and addresses are the firmware's; nothing is assigned here. Only what hangs below
 * bus 0 of segment 0 is found.
 */
#include "drivers/pci.h"

#include "drivers/acpi.h"
#include "drivers/virtio_console.h"
#include "drivers/virtio_net.h"
#include "drivers/virtio_rng.h"
#include "lib/error.h"
#include "lib/log.h"
#include "mm/kmap.h"
#include "mm/slab.h"
#include "sched/lock.h"

#define CONFIG_ADDRESS	0xcf8
#define CONFIG_DATA	0xcfc
#define MAX_CAPABILITIES 48	/* 192 bytes of four each: more is a loop */
#define MAX_DEPTH	8
#define BUS_SIZE	MIB(1)
#define FUNCTION_SIZE	4096u

#define MSIX_CONTROL	2
#define MSIX_TABLE	4
#define MSIX_ENABLE	(1u << 15)
#define MSIX_MASK_ALL	(1u << 14)
#define MSIX_MASKED	1u

#define VIRTIO_VENDOR	0x1af4

/* Every driver there is. The lower ids of virtio are those of devices that still know the old interface too. */
static const struct pci_driver drivers[] = {
	{ VIRTIO_VENDOR, 0x1003, "virtio-console", virtio_console_probe },
	{ VIRTIO_VENDOR, 0x1043, "virtio-console", virtio_console_probe },
	{ VIRTIO_VENDOR, 0x1000, "virtio-net", virtio_net_probe },
	{ VIRTIO_VENDOR, 0x1041, "virtio-net", virtio_net_probe },
	{ VIRTIO_VENDOR, 0x1005, "virtio-rng", virtio_rng_probe },
	{ VIRTIO_VENDOR, 0x1044, "virtio-rng", virtio_rng_probe },
};

static struct spinlock port_lock = SPINLOCK_INIT("pci ports", RANK_DEVICE);
static u64 visited[256 / 64];		/* [boot] buses of the segment that is being walked */
static unsigned depth;			/* [boot] bridges above the bus that is being walked, and itself */
static unsigned device_count;		/* [boot] */

/* ---- Configuration space ---- */

static u32 select_word(const struct pci_device *d, unsigned offset)
{
	return 1u << 31 | (u32)d->bus << 16 | (u32)d->slot << 11 | (u32)d->function << 8 | (offset & 0xfc);
}

u32 pci_read32(const struct pci_device *d, unsigned offset)
{
	irqstate s;
	u32 value;

	if (d->config)
		return *(volatile u32 *)(d->config + offset);
	s = spin_lock_irqsave(&port_lock);
	arch_out32(CONFIG_ADDRESS, select_word(d, offset));
	value = arch_in32(CONFIG_DATA);
	spin_unlock_irqrestore(&port_lock, s);
	return value;
}

u16 pci_read16(const struct pci_device *d, unsigned offset)
{
	return (u16)(pci_read32(d, offset & ~3u) >> (offset & 2) * 8);
}

u8 pci_read8(const struct pci_device *d, unsigned offset)
{
	return (u8)(pci_read32(d, offset & ~3u) >> (offset & 3) * 8);
}

void pci_write32(const struct pci_device *d, unsigned offset, u32 value)
{
	irqstate s;

	if (d->config) {
		*(volatile u32 *)(d->config + offset) = value;
		return;
	}
	s = spin_lock_irqsave(&port_lock);
	arch_out32(CONFIG_ADDRESS, select_word(d, offset));
	arch_out32(CONFIG_DATA, value);
	spin_unlock_irqrestore(&port_lock, s);
}

/* Sixteen bits by themselves: the neighbours may be status bits that a write would clear. */
void pci_write16(const struct pci_device *d, unsigned offset, u16 value)
{
	irqstate s;

	if (d->config) {
		*(volatile u16 *)(d->config + offset) = value;
		return;
	}
	s = spin_lock_irqsave(&port_lock);
	arch_out32(CONFIG_ADDRESS, select_word(d, offset));
	arch_out16((u16)(CONFIG_DATA + (offset & 2)), value);
	spin_unlock_irqrestore(&port_lock, s);
}

unsigned pci_find_capability(const struct pci_device *d, u8 id, unsigned after)
{
	unsigned at;

	if (!(pci_read16(d, PCI_STATUS) & PCI_STATUS_CAPABILITIES))
		return 0;
	at = pci_read8(d, after ? after + 1 : PCI_CAPABILITIES) & ~3u;
	for (unsigned i = 0; at >= 0x40 && i < MAX_CAPABILITIES; i++) {
		if (pci_read8(d, at) == id)
			return at;
		at = pci_read8(d, at + 1) & ~3u;
	}
	return 0;
}

void pci_enable(struct pci_device *d)
{
	u16 command = pci_read16(d, PCI_COMMAND);

	pci_write16(d, PCI_COMMAND, command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_NO_INTX);
}

/* ---- BARs ---- */

/* What of a BAR can be written tells its size. */
static u32 size_mask(const struct pci_device *d, unsigned offset, u32 *value)
{
	u32 mask;

	*value = pci_read32(d, offset);
	pci_write32(d, offset, UINT32_MAX);
	mask = pci_read32(d, offset);
	pci_write32(d, offset, *value);
	return mask;
}

/* Decoding is off meanwhile, so that the probing values claim no addresses. */
static void read_bars(struct pci_device *d)
{
	u16 command = pci_read16(d, PCI_COMMAND);

	pci_write16(d, PCI_COMMAND, command & (u16)~3u);
	for (unsigned i = 0; i < PCI_BARS; i++) {
		unsigned offset = PCI_BAR0 + 4 * i, n = i;
		u32 low, high, mask = size_mask(d, offset, &low);
		u64 wide;

		if (mask == 0 || (low & 1))
			continue;		/* none, or I/O ports */
		wide = mask & ~15u;
		d->bars[n].address = low & ~15u;
		if ((low >> 1 & 3) == 2 && i + 1 < PCI_BARS) {
			wide |= (u64)size_mask(d, offset + 4, &high) << 32;
			d->bars[n].address |= (u64)high << 32;
			i++;
		} else {
			wide |= (u64)UINT32_MAX << 32;
		}
		d->bars[n].size = ~wide + 1;
	}
	pci_write16(d, PCI_COMMAND, command);
}

volatile void *pci_map(struct pci_device *d, unsigned bar, u64 offset, u64 size)
{
	const struct pci_bar *b = &d->bars[bar];

	if (bar >= PCI_BARS || b->address == 0 || size == 0 || size > b->size || offset > b->size - size)
		return NULL;
	return kmap_io(PADDR(b->address + offset), size, KMAP_UNCACHED);
}

/* ---- MSI-X ---- */

int pci_msix_init(struct pci_device *d)
{
	unsigned cap = pci_find_capability(d, PCI_CAP_MSIX, 0), count;
	u32 table;
	u16 control;

	if (cap == 0)
		return -ENODEV;
	control = pci_read16(d, cap + MSIX_CONTROL);
	table = pci_read32(d, cap + MSIX_TABLE);
	count = (control & 0x7ff) + 1u;
	d->msix_table = pci_map(d, table & 7, table & ~7u, count * 16ull);
	if (!d->msix_table)
		return -ENODEV;
	d->msix_vectors = count;
	pci_write16(d, cap + MSIX_CONTROL, control | MSIX_ENABLE | MSIX_MASK_ALL);
	for (unsigned i = 0; i < count; i++)
		d->msix_table[i * 4 + 3] = MSIX_MASKED;
	pci_write16(d, cap + MSIX_CONTROL, (u16)((control | MSIX_ENABLE) & ~MSIX_MASK_ALL));
	return 0;
}

int pci_msix_request(struct pci_device *d, unsigned index, unsigned cpu, irq_handler fn, void *arg)
{
	volatile u32 *entry = d->msix_table + index * 4;
	u64 address;
	u32 data;
	int r;

	if (index >= d->msix_vectors)
		return -EINVAL;
	r = arch_irq_request_msi(cpu, fn, arg, &address, &data);
	if (r < 0)
		return r;
	entry[0] = (u32)address;
	entry[1] = (u32)(address >> 32);
	entry[2] = data;
	entry[3] = 0;
	return 0;
}

/* ---- The walk ---- */

static void scan_bus(u16 segment, u8 bus, volatile u8 *ecam);

/* The bus's part of configuration space: where the MCFG says, or NULL for ports. */
static volatile u8 *map_bus(u16 segment, u8 bus)
{
	const struct acpi_ecam *e;
	unsigned count = acpi_ecam(&e);

	for (unsigned i = 0; i < count; i++)
		if (e[i].segment == segment && bus >= e[i].first_bus && bus <= e[i].last_bus)
			return kmap_io(PADDR(e[i].base + ((u64)(bus - e[i].first_bus) << 20)), BUS_SIZE, KMAP_UNCACHED);
	return NULL;
}

static void probe(struct pci_device *d)
{
	for (unsigned i = 0; i < ARRAY_SIZE(drivers); i++) {
		int r;

		if (drivers[i].vendor != d->vendor || drivers[i].device != d->device)
			continue;
		read_bars(d);
		r = drivers[i].probe(d);
		if (r < 0)
			log_error("pci", "%02x:%02x.%u: %s: error %d", d->bus, d->slot, d->function, drivers[i].name, -r);
		return;
	}
}

/* True when there is a function. */
static bool scan_function(u16 segment, u8 bus, u8 slot, u8 function, volatile u8 *ecam, u8 *header)
{
	struct pci_device probe_view = {
		.segment = segment, .bus = bus, .slot = slot, .function = function,
		.config = ecam ? ecam + (slot * 8u + function) * FUNCTION_SIZE : NULL,
	};
	struct pci_device *d = &probe_view;
	u8 behind;

	d->vendor = pci_read16(d, PCI_VENDOR_ID);
	if (d->vendor == 0xffff || d->vendor == 0)
		return false;
	*header = pci_read8(d, PCI_HEADER_TYPE);
	if ((*header & 0x7f) == 1) {
		behind = pci_read8(d, PCI_SECONDARY);
		if (behind != 0 && !(visited[behind / 64] >> behind % 64 & 1) && depth < MAX_DEPTH)
			scan_bus(segment, behind, map_bus(segment, behind));
		return true;
	}
	if ((*header & 0x7f) != 0)
		return true;
	d = kmalloc(sizeof(*d));
	if (!d) {
		log_error("pci", "out of memory");
		return true;
	}
	*d = probe_view;
	d->device = pci_read16(d, PCI_DEVICE_ID);
	d->class = pci_read32(d, PCI_CLASS) >> 8;
	device_count++;
	log_debug("pci", "%02x:%02x.%u: %04x:%04x class %06x", bus, slot, function, d->vendor, d->device, d->class);
	probe(d);
	return true;
}

static void scan_bus(u16 segment, u8 bus, volatile u8 *ecam)
{
	depth++;
	visited[bus / 64] |= 1ull << bus % 64;
	for (unsigned slot = 0; slot < 32; slot++) {
		u8 header = 0, other;

		if (!scan_function(segment, bus, (u8)slot, 0, ecam, &header) || !(header & 0x80))
			continue;
		for (unsigned function = 1; function < 8; function++)
			scan_function(segment, bus, (u8)slot, (u8)function, ecam, &other);
	}
	depth--;
}

void pci_init(void)
{
	scan_bus(0, 0, map_bus(0, 0));
	log_info("pci", "%u devices", device_count);
}
