/*
 * ACPI's static tables, read once at boot: RSDP → XSDT or RSDT → MADT, FADT, HPET, MCFG, and \_S5 of the definition
 * blocks. What is found is copied into `found`; nothing keeps a pointer into firmware memory.
 *
 * Every byte is the firmware's and may be nonsense: tables are reached through struct table, whose accessors answer zero
 * beyond the checked length, and addresses beyond the part of memory that the boot protocol promises to map are
 * refused. Boot CPU, no locks. AML is not interpreted, no table is searched for that is not listed here.
 */
#include "drivers/acpi.h"

#include "lib/log.h"
#include "lib/string.h"
#include "mm/frame.h"

#define TABLE_LIMIT	GIB(4)		/* the direct map covers at least this much; tables live below it */
#define TABLE_MAX	MIB(16)		/* no honest table is longer */
#define HEADER_SIZE	36u
#define MAX_TABLES	256u
#define MAX_SSDTS	32u

/* A table whose length and checksum were verified. */
struct table {
	const u8 *data;
	u32 length;
};

static struct {
	struct acpi_madt_info madt;
	struct acpi_power power;
	u64 hpet;
	unsigned ecam_count;
	struct acpi_ecam ecam[ACPI_MAX_ECAM];
	struct table dsdt;
	unsigned ssdt_count;
	struct table ssdts[MAX_SSDTS];
} found;

static u64 get_bytes(const struct table *t, u32 offset, u32 size)
{
	u64 value = 0;

	if (offset > t->length || t->length - offset < size)
		return 0;
	memcpy(&value, t->data + offset, size);
	return value;
}

static u8 get8(const struct table *t, u32 offset) { return (u8)get_bytes(t, offset, 1); }
static u16 get16(const struct table *t, u32 offset) { return (u16)get_bytes(t, offset, 2); }
static u32 get32(const struct table *t, u32 offset) { return (u32)get_bytes(t, offset, 4); }
static u64 get64(const struct table *t, u32 offset) { return get_bytes(t, offset, 8); }

static bool sums_to_zero(const u8 *data, u32 length)
{
	u8 sum = 0;

	for (u32 i = 0; i < length; i++)
		sum = (u8)(sum + data[i]);
	return sum == 0;
}

static bool mapped(u64 address, u64 length)
{
	return address != 0 && address < TABLE_LIMIT && length <= TABLE_LIMIT - address;
}

/* Printable letters of a signature, for the log. */
static const char *name_of(const u8 *signature, char text[5])
{
	for (unsigned i = 0; i < 4; i++)
		text[i] = signature[i] >= ' ' && signature[i] < 0x7f ? (char)signature[i] : '?';
	text[4] = 0;
	return text;
}

/* Check header, length and checksum of the table at a physical address. */
static bool open_table(u64 address, struct table *t)
{
	const u8 *data;
	char name[5];
	u32 length;

	if (!mapped(address, HEADER_SIZE)) {
		log_warn("acpi", "no table can be at %#llx", (unsigned long long)address);
		return false;
	}
	data = phys_to_virt(PADDR(address));
	memcpy(&length, data + 4, sizeof(length));
	if (length < HEADER_SIZE || length > TABLE_MAX || !mapped(address, length)) {
		log_warn("acpi", "%s at %#llx: impossible length %u", name_of(data, name), (unsigned long long)address, length);
		return false;
	}
	if (!sums_to_zero(data, length)) {
		log_warn("acpi", "%s at %#llx: wrong checksum", name_of(data, name), (unsigned long long)address);
		return false;
	}
	*t = (struct table){ data, length };
	return true;
}

static void madt_add_cpu(u32 apic_id, u32 uid, u32 flags)
{
	struct acpi_madt_info *m = &found.madt;

	if (!(flags & 1)) {
		m->cpus_offline += (flags >> 1) & 1;
		return;
	}
	for (unsigned i = 0; i < m->cpu_count; i++)
		if (m->cpus[i].apic_id == apic_id)
			return;		/* listed as APIC and as x2APIC */
	if (m->cpu_count == ACPI_MAX_CPUS) {
		log_warn("acpi", "more than %u processors: APIC %u stays off", ACPI_MAX_CPUS, apic_id);
		return;
	}
	m->cpus[m->cpu_count++] = (struct acpi_cpu){ apic_id, uid };
}

/* Polarity and trigger mode of an interrupt; 0 in either field is what an ISA line does: active high, edge. */
static void decode_inti(u16 flags, bool *level, bool *active_low)
{
	*active_low = (flags & 3) == 3;
	*level = (flags >> 2 & 3) == 3;
}

static void madt_add_ioapic(const struct table *e)
{
	struct acpi_madt_info *m = &found.madt;
	struct acpi_ioapic io = { get8(e, 2), get32(e, 8), PADDR(get32(e, 4)) };

	if (io.address.v == 0 || !IS_ALIGNED(io.address.v, 16) || m->ioapic_count == ACPI_MAX_IOAPICS) {
		log_warn("acpi", "I/O APIC %u at %#llx left out", io.id, (unsigned long long)io.address.v);
		return;
	}
	m->ioapics[m->ioapic_count++] = io;
}

static void madt_add_override(const struct table *e)
{
	struct acpi_madt_info *m = &found.madt;
	struct acpi_override o = { .isa_irq = get8(e, 3), .gsi = get32(e, 4) };

	decode_inti(get16(e, 8), &o.level, &o.active_low);
	if (get8(e, 2) != 0 || o.isa_irq > 15 || m->override_count == ACPI_MAX_OVERRIDES) {
		log_warn("acpi", "interrupt override %u → %u left out", o.isa_irq, o.gsi);
		return;
	}
	m->overrides[m->override_count++] = o;
}

static void madt_add_nmi(u32 uid, u16 flags, u8 lint)
{
	struct acpi_madt_info *m = &found.madt;
	struct acpi_lapic_nmi n = { .cpu_uid = uid, .lint = lint };

	decode_inti(flags, &n.level, &n.active_low);
	if (lint > 1 || m->nmi_count == ACPI_MAX_NMIS) {
		log_warn("acpi", "NMI at input %u left out", lint);
		return;
	}
	m->nmis[m->nmi_count++] = n;
}

enum madt_type {
	MADT_LOCAL_APIC     = 0,
	MADT_IO_APIC        = 1,
	MADT_OVERRIDE       = 2,
	MADT_LOCAL_APIC_NMI = 4,
	MADT_LOCAL_APIC_AT  = 5,
	MADT_X2APIC         = 9,
	MADT_X2APIC_NMI     = 10,
};

static void parse_madt_entry(u8 type, const struct table *e)
{
	static const u8 sizes[] = {
		[MADT_LOCAL_APIC] = 8, [MADT_IO_APIC] = 12, [MADT_OVERRIDE] = 10, [MADT_LOCAL_APIC_NMI] = 6,
		[MADT_LOCAL_APIC_AT] = 12, [MADT_X2APIC] = 16, [MADT_X2APIC_NMI] = 12,
	};

	if (type < sizeof(sizes) && e->length < sizes[type]) {
		log_warn("acpi", "APIC: entry of type %u is cut at %u bytes", type, e->length);
		return;
	}
	switch (type) {
	case MADT_LOCAL_APIC:
		if (get8(e, 3) != 0xff)
			madt_add_cpu(get8(e, 3), get8(e, 2), get32(e, 4));
		break;
	case MADT_X2APIC:
		if (get32(e, 4) != UINT32_MAX)
			madt_add_cpu(get32(e, 4), get32(e, 12), get32(e, 8));
		break;
	case MADT_IO_APIC:
		madt_add_ioapic(e);
		break;
	case MADT_OVERRIDE:
		madt_add_override(e);
		break;
	case MADT_LOCAL_APIC_NMI:
		madt_add_nmi(get8(e, 2) == 0xff ? ACPI_ALL_CPUS : get8(e, 2), get16(e, 3), get8(e, 5));
		break;
	case MADT_X2APIC_NMI:
		madt_add_nmi(get32(e, 4), get16(e, 2), get8(e, 8));
		break;
	case MADT_LOCAL_APIC_AT:
		found.madt.local_apic = PADDR(get64(e, 4));
		break;
	}
}

static void parse_madt(const struct table *t)
{
	struct acpi_madt_info *m = &found.madt;

	m->local_apic = PADDR(get32(t, 36));
	m->has_8259 = get32(t, 40) & 1;
	for (u32 at = 44; at + 2 <= t->length;) {
		struct table entry = { t->data + at, t->data[at + 1] };

		if (entry.length < 2 || entry.length > t->length - at) {
			log_warn("acpi", "APIC: the entry at %u has the impossible length %u", at, entry.length);
			break;
		}
		parse_madt_entry(t->data[at], &entry);
		at += entry.length;
	}
	if (!IS_ALIGNED(m->local_apic.v, PAGE_SIZE)) {
		log_warn("acpi", "APIC: local APIC at the crooked address %#llx", (unsigned long long)m->local_apic.v);
		m->local_apic = PADDR(0);
	}
}

static struct acpi_gas get_gas(const struct table *t, u32 offset)
{
	return (struct acpi_gas){ get8(t, offset), get8(t, offset + 1), get8(t, offset + 3), get64(t, offset + 4) };
}

/* A PM1 block: the 64-bit field of ACPI 2, or the port of ACPI 1. */
static struct acpi_gas get_pm1(const struct table *t, u32 gas, u32 port)
{
	struct acpi_gas g = get_gas(t, gas);

	if (g.address == 0 && get32(t, port) != 0)
		g = (struct acpi_gas){ .space = 1, .bits = 16, .access = 2, .address = get32(t, port) };
	return g;
}

static void parse_fadt(const struct table *t)
{
	struct acpi_power *p = &found.power;
	u32 flags = get32(t, 112);
	u64 dsdt = get64(t, 140);

	p->present = true;
	p->hw_reduced = flags >> 20 & 1;
	p->pm1a_control = get_pm1(t, 172, 64);
	p->pm1b_control = get_pm1(t, 184, 68);
	p->sleep_control = get_gas(t, 244);
	if (flags >> 10 & 1) {
		p->reset = get_gas(t, 116);
		p->reset_value = get8(t, 128);
	}
	if (get32(t, 48) <= UINT16_MAX) {
		p->smi_command = (u16)get32(t, 48);
		p->acpi_enable = get8(t, 52);
	}
	p->century_register = get8(t, 108);
	p->no_rtc = get16(t, 109) >> 5 & 1;
	if (dsdt == 0)
		dsdt = get32(t, 40);
	if (dsdt != 0)
		open_table(dsdt, &found.dsdt);
}

static void parse_hpet(const struct table *t)
{
	struct acpi_gas base = get_gas(t, 40);

	if (base.space != 0 || base.address == 0 || !IS_ALIGNED(base.address, 8))
		log_warn("acpi", "HPET: no memory at %#llx", (unsigned long long)base.address);
	else if (found.hpet == 0)
		found.hpet = base.address;
}

static void parse_mcfg(const struct table *t)
{
	for (u32 at = 44; t->length >= 16 && at <= t->length - 16 && found.ecam_count < ACPI_MAX_ECAM; at += 16) {
		struct acpi_ecam e = { get64(t, at), get16(t, at + 8), get8(t, at + 10), get8(t, at + 11) };

		if (e.base == 0 || !IS_ALIGNED(e.base, MIB(1)) || e.first_bus > e.last_bus)
			log_warn("acpi", "MCFG: impossible region at %#llx", (unsigned long long)e.base);
		else
			found.ecam[found.ecam_count++] = e;
	}
}

static void parse_ssdt(const struct table *t)
{
	if (found.ssdt_count < MAX_SSDTS)
		found.ssdts[found.ssdt_count++] = *t;
}

static const struct {
	char signature[5];
	void (*parse)(const struct table *t);
} parsers[] = {
	{ "APIC", parse_madt },
	{ "FACP", parse_fadt },
	{ "HPET", parse_hpet },
	{ "MCFG", parse_mcfg },
	{ "SSDT", parse_ssdt },
};

/* An AML integer constant below 256, as packages of sleep types hold them; steps over it. */
static bool aml_byte(const struct table *t, u32 *at, u8 *value)
{
	u8 op = get8(t, *at);
	u32 size = op == 0x0a ? 1 : op == 0x0b ? 2 : op == 0x0c ? 4 : op == 0x0e ? 8 : 0;

	if (*at >= t->length || t->length - *at <= size)
		return false;
	if (size != 0)
		*value = get8(t, *at + 1);
	else if (op == 0x00 || op == 0x01 || op == 0xff)
		*value = op;
	else
		return false;
	*at += 1 + size;
	return true;
}

/* At `at` stands what follows the name _S5_: Package (n) { SLP_TYPa, SLP_TYPb, … }. */
static bool decode_s5(const struct table *t, u32 at, u8 *a, u8 *b)
{
	u32 elements;

	if (get8(t, at) != 0x12)
		return false;
	at += 1;
	at += 1 + (get8(t, at) >> 6);		/* PkgLength: 1 to 4 bytes */
	elements = get8(t, at);
	at += 1;
	if (elements < 1 || !aml_byte(t, &at, a))
		return false;
	if (elements < 2 || !aml_byte(t, &at, b))
		*b = *a;
	return *a < 8 && *b < 8;
}

/* Name (\_S5, …) or Name (_S5, …): the bytes 08, perhaps 5c, then the name. */
static bool find_s5(const struct table *t)
{
	struct acpi_power *p = &found.power;

	for (u32 at = HEADER_SIZE + 1; t->length >= 4 && at <= t->length - 4; at++) {
		if (memcmp(t->data + at, "_S5_", 4) != 0)
			continue;
		if (t->data[at - 1] != 0x08 && !(t->data[at - 1] == '\\' && t->data[at - 2] == 0x08))
			continue;
		if (decode_s5(t, at + 4, &p->s5_type_a, &p->s5_type_b))
			return true;
	}
	return false;
}

static void find_s5_anywhere(void)
{
	bool has = find_s5(&found.dsdt);

	for (unsigned i = 0; !has && i < found.ssdt_count; i++)
		has = find_s5(&found.ssdts[i]);
	found.power.has_s5 = has;
}

/* The root table's address, and how wide its entries are. 0 when the RSDP is none. */
static u64 root_table(paddr rsdp, u32 *entry_size)
{
	struct table r = { phys_to_virt(rsdp), 20 };
	u32 length;

	if (!mapped(rsdp.v, 36) || memcmp(r.data, "RSD PTR ", 8) != 0 || !sums_to_zero(r.data, 20)) {
		log_error("acpi", "no RSDP at %#llx", (unsigned long long)rsdp.v);
		return 0;
	}
	*entry_size = 4;
	if (get8(&r, 15) < 2)
		return get32(&r, 16);
	memcpy(&length, r.data + 20, sizeof(length));
	if (length < 36 || length > PAGE_SIZE || !mapped(rsdp.v, length) || !sums_to_zero(r.data, length)) {
		log_warn("acpi", "RSDP: bad extension, using ACPI 1.0's root table");
		return get32(&r, 16);
	}
	r.length = 36;
	if (get64(&r, 24) == 0)
		return get32(&r, 16);
	*entry_size = 8;
	return get64(&r, 24);
}

static void parse_table(u64 address)
{
	struct table t;

	if (!open_table(address, &t))
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(parsers); i++)
		if (memcmp(t.data, parsers[i].signature, 4) == 0)
			parsers[i].parse(&t);
}

void acpi_init(paddr rsdp)
{
	u32 entry_size;
	u64 address = rsdp.v ? root_table(rsdp, &entry_size) : 0;
	struct table root;
	u32 count;

	memset(&found, 0, sizeof(found));
	if (address == 0 || !open_table(address, &root)) {
		log_error("acpi", "the firmware has no usable ACPI tables");
		return;
	}
	count = MIN((root.length - HEADER_SIZE) / entry_size, MAX_TABLES);
	for (u32 i = 0; i < count; i++)
		parse_table(get_bytes(&root, HEADER_SIZE + i * entry_size, entry_size));
	find_s5_anywhere();
	log_info("acpi", "%u CPUs, %u I/O APICs, HPET %s, power-off %s", found.madt.cpu_count, found.madt.ioapic_count,
		 found.hpet ? "present" : "absent", found.power.has_s5 ? "known" : "unknown");
}

const struct acpi_madt_info *acpi_madt(void)
{
	return &found.madt;
}

const struct acpi_power *acpi_power_info(void)
{
	return &found.power;
}

u64 acpi_hpet_address(void)
{
	return found.hpet;
}

unsigned acpi_ecam(const struct acpi_ecam **regions)
{
	*regions = found.ecam;
	return found.ecam_count;
}
