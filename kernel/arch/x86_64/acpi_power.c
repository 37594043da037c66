/*
 * Power-off and reset as the FADT describes them. No state, no locks; any context, panic included, so all waiting is
 * counted in reads of a port and bounded. Each function returns when the machine has no such way.
 */
#include "arch/arch.h"
#include "drivers/acpi.h"
#include "lib/log.h"
#include "mm/frame.h"

#define SCI_ENABLED   (1u << 0)		/* PM1 control: the machine is in ACPI mode */
#define SLEEP_TYPE(t) ((u32)(t) << 10)
#define SLEEP_ENABLE  (1u << 13)
#define SLEEP_FIELDS  (7u << 10 | SLEEP_ENABLE)

#define PORT_DELAY	0x80		/* a write takes about 1 µs on a PC */
#define WAIT_MODE	300000		/* µs: ACPI mode comes up within 300 ms */
#define WAIT_OBEY	100000

static void wait_us(unsigned us)
{
	while (us--)
		arch_out8(PORT_DELAY, 0);
}

static bool register_usable(const struct acpi_gas *g)
{
	if (g->address == 0)
		return false;
	return (g->space == 0 && g->address < GIB(4)) || (g->space == 1 && g->address <= UINT16_MAX - 3) || g->space == 2;
}

/* Segment 0, bus 0: the address holds device << 32 | function << 16 | offset. */
static void write_pci(u64 address, u8 value)
{
	u32 device = address >> 32 & 31, function = address >> 16 & 7, offset = address & 0xff;

	arch_out32(0xcf8, 1u << 31 | device << 11 | function << 8 | (offset & ~3u));
	arch_out8((u16)(0xcfc + (offset & 3)), value);
}

static u32 read16(const struct acpi_gas *g)
{
	if (g->space == 0)
		return *(volatile u16 *)phys_to_virt(PADDR(g->address));
	return arch_in16((u16)g->address);
}

static void write16(const struct acpi_gas *g, u32 value)
{
	if (g->space == 0)
		*(volatile u16 *)phys_to_virt(PADDR(g->address)) = (u16)value;
	else
		arch_out16((u16)g->address, (u16)value);
}

static void write8(const struct acpi_gas *g, u8 value)
{
	if (g->space == 0)
		*(volatile u8 *)phys_to_virt(PADDR(g->address)) = value;
	else if (g->space == 1)
		arch_out8((u16)g->address, value);
	else
		write_pci(g->address, value);
}

/* Legacy mode ignores or traps sleep requests: ask the firmware for ACPI mode, as the interrupt model never did. */
static void enter_acpi_mode(const struct acpi_power *p)
{
	if ((read16(&p->pm1a_control) & SCI_ENABLED) || p->smi_command == 0 || p->acpi_enable == 0)
		return;
	arch_out8(p->smi_command, p->acpi_enable);
	for (unsigned us = 0; us < WAIT_MODE && !(read16(&p->pm1a_control) & SCI_ENABLED); us++)
		wait_us(1);
}

static void sleep_pm1(const struct acpi_power *p)
{
	u32 a, b = 0;
	bool two = register_usable(&p->pm1b_control) && p->pm1b_control.space <= 1;

	if (!register_usable(&p->pm1a_control) || p->pm1a_control.space > 1)
		return;
	enter_acpi_mode(p);
	a = (read16(&p->pm1a_control) & ~SLEEP_FIELDS) | SLEEP_TYPE(p->s5_type_a);
	if (two)
		b = (read16(&p->pm1b_control) & ~SLEEP_FIELDS) | SLEEP_TYPE(p->s5_type_b);
	/* The types first, then the enable bits: the order of ACPI 16.1.7. */
	write16(&p->pm1a_control, a);
	if (two)
		write16(&p->pm1b_control, b);
	write16(&p->pm1a_control, a | SLEEP_ENABLE);
	if (two)
		write16(&p->pm1b_control, b | SLEEP_ENABLE);
	wait_us(WAIT_OBEY);
}

void acpi_power_off(void)
{
	const struct acpi_power *p = acpi_power_info();

	if (!p->has_s5)
		return;
	if (!p->hw_reduced) {
		sleep_pm1(p);
	} else if (register_usable(&p->sleep_control)) {
		write8(&p->sleep_control, (u8)(p->s5_type_a << 2 | 1 << 5));
		wait_us(WAIT_OBEY);
	}
}

void acpi_reset(void)
{
	const struct acpi_power *p = acpi_power_info();

	if (!register_usable(&p->reset))
		return;
	write8(&p->reset, p->reset_value);
	wait_us(WAIT_OBEY);
}
