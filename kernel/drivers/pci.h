/*
 * PCI: finding devices, their registers in memory, their interrupts.
 *
 *  - pci_init walks every bus once, at boot, and calls the drivers' probe functions from one table (pci.c). Devices are never
 *    added or removed afterwards; a struct pci_device lives forever.
 *  - Addresses that firmware assigned are kept. What a device says of itself (offsets, sizes, vectors) is checked against
 *    its BARs before use.
 *  - Only memory BARs and MSI-X are served: nothing here drives a device by I/O ports or by shared interrupt lines.
 */
#ifndef DRIVERS_PCI_H
#define DRIVERS_PCI_H

#include "arch/arch.h"
#include "lib/types.h"

#define PCI_BARS 6

#define PCI_VENDOR_ID    0x00
#define PCI_DEVICE_ID    0x02
#define PCI_COMMAND      0x04
#define PCI_STATUS       0x06
#define PCI_CLASS        0x08		/* revision, interface, subclass, class */
#define PCI_HEADER_TYPE  0x0e
#define PCI_BAR0         0x10
#define PCI_SECONDARY    0x19		/* of a bridge: the bus behind it */
#define PCI_CAPABILITIES 0x34

#define PCI_COMMAND_MEMORY     (1u << 1)
#define PCI_COMMAND_MASTER     (1u << 2)
#define PCI_COMMAND_NO_INTX    (1u << 10)
#define PCI_STATUS_CAPABILITIES (1u << 4)

#define PCI_CAP_VENDOR 0x09
#define PCI_CAP_MSIX   0x11

/* A region of device memory; size 0: none. */
struct pci_bar {
	u64 address;
	u64 size;
};

/* All [I] after pci_init, except the MSI-X table's contents, which probe functions fill. */
struct pci_device {
	u16 segment;
	u8 bus, slot, function;
	u16 vendor, device;
	u32 class;			/* class << 16 | subclass << 8 | interface */
	struct pci_bar bars[PCI_BARS];
	volatile u8 *config;		/* its configuration space through ECAM; NULL: through ports */
	volatile u32 *msix_table;	/* four words a vector; NULL before pci_msix_init */
	unsigned msix_vectors;
};

struct pci_driver {
	u16 vendor, device;
	const char *name;
	int (*probe)(struct pci_device *d);	/* 0, or -errno: the device stays unused */
};

/* Boot, task context, interrupts may be on: find devices, probe drivers. */
void pci_init(void);

/* Configuration space below 256; offset aligned to the size. Any context. */
u8 pci_read8(const struct pci_device *d, unsigned offset);
u16 pci_read16(const struct pci_device *d, unsigned offset);
u32 pci_read32(const struct pci_device *d, unsigned offset);
void pci_write16(const struct pci_device *d, unsigned offset, u16 value);
void pci_write32(const struct pci_device *d, unsigned offset, u32 value);

/* The next capability with this id behind `after` (0: from the first); its offset, or 0. */
unsigned pci_find_capability(const struct pci_device *d, u8 id, unsigned after);

void pci_enable(struct pci_device *d);	/* memory access and bus mastering on, line interrupts off */

/* Map [offset, offset + size) of a BAR, uncached; NULL when the BAR does not hold it or memory is out. Task context. */
volatile void *pci_map(struct pci_device *d, unsigned bar, u64 offset, u64 size);

/* Take MSI-X into use, all vectors masked: 0, -ENODEV without it, -ENOMEM. */
int pci_msix_init(struct pci_device *d);

/* Let vector `index` call fn on CPU `cpu`: 0, -EINVAL beyond msix_vectors, or what arch_irq_request_msi says. */
int pci_msix_request(struct pci_device *d, unsigned index, unsigned cpu, irq_handler fn, void *arg);

#endif
