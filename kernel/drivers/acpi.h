/*
 * ACPI's static tables: what the machine has, and how to switch it off.
 *
 *  - acpi_init reads the tables once, on the boot CPU, before interrupts run; afterwards everything here is constant and
 *    may be asked from any context.
 *  - Tables are untrusted: one with a wrong checksum or length is logged and counts as missing. A machine without any
 *    gets answers of zero.
 *  - No AML is interpreted: of the definition blocks, only the package \_S5 is looked for.
 */
#ifndef DRIVERS_ACPI_H
#define DRIVERS_ACPI_H

#include "lib/types.h"

#define ACPI_MAX_CPUS      256
#define ACPI_MAX_IOAPICS   16
#define ACPI_MAX_OVERRIDES 24
#define ACPI_MAX_NMIS      32
#define ACPI_MAX_ECAM      16
#define ACPI_ALL_CPUS      UINT32_MAX

struct acpi_cpu {
	u32 apic_id;
	u32 uid;
};

struct acpi_ioapic {
	u8 id;
	u32 gsi_base;			/* global system interrupt of its pin 0 */
	paddr address;
};

/* An ISA line that is not edge-triggered, active-high and on the pin of its own number. */
struct acpi_override {
	u8 isa_irq;
	u32 gsi;
	bool level, active_low;
};

/* A local APIC input (0 or 1) that NMIs come in by. */
struct acpi_lapic_nmi {
	u32 cpu_uid;			/* ACPI_ALL_CPUS: of every CPU */
	u8 lint;
	bool level, active_low;
};

struct acpi_madt_info {
	paddr local_apic;		/* 0 when there is no MADT */
	bool has_8259;			/* to be masked before the I/O APICs are used */
	unsigned cpu_count;		/* processors that can be started now, in the table's order */
	struct acpi_cpu cpus[ACPI_MAX_CPUS];
	unsigned cpus_offline;		/* sockets that hot-plugging might fill */
	unsigned ioapic_count;
	struct acpi_ioapic ioapics[ACPI_MAX_IOAPICS];
	unsigned override_count;
	struct acpi_override overrides[ACPI_MAX_OVERRIDES];
	unsigned nmi_count;
	struct acpi_lapic_nmi nmis[ACPI_MAX_NMIS];
};

/* Where an MCFG maps a segment's configuration space: bus `first_bus` starts at base + (first_bus << 20). */
struct acpi_ecam {
	u64 base;
	u16 segment;
	u8 first_bus, last_bus;
};

/* ACPI's generic address: a register in memory (0), I/O space (1) or PCI configuration space (2). */
struct acpi_gas {
	u8 space;
	u8 bits;			/* width */
	u8 access;			/* 0 undefined, 1 … 4: 8 … 64 bits at once */
	u64 address;			/* 0: there is no such register */
};

/* What the FADT and \_S5 say of power. */
struct acpi_power {
	bool present;			/* there is an FADT */
	bool hw_reduced;		/* no PM1 registers, sleep_control instead */
	struct acpi_gas pm1a_control, pm1b_control, sleep_control;
	struct acpi_gas reset;
	u8 reset_value;
	u16 smi_command;		/* port that ACPI mode is asked of; 0: always on */
	u8 acpi_enable;			/* … with this value */
	bool has_s5;
	u8 s5_type_a, s5_type_b;	/* SLP_TYP of S5 for PM1a and PM1b */
	u8 century_register;		/* of the RTC; 0: none */
	bool no_rtc;			/* the machine has no CMOS clock */
};

/* Read the tables behind the RSDP (address 0: the firmware gave none). */
void acpi_init(paddr rsdp);

const struct acpi_madt_info *acpi_madt(void);
const struct acpi_power *acpi_power_info(void);
u64 acpi_hpet_address(void);		/* physical; 0 when there is no HPET */
unsigned acpi_ecam(const struct acpi_ecam **regions);	/* how many, and the first */

/*
 * Enter S5, or reset through the FADT's register. They return when the machine has no such way or did not obey
 * (implemented in arch/x86_64/acpi_power.c). Any context, panic included.
 */
void acpi_power_off(void);
void acpi_reset(void);

#endif
