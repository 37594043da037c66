/* sources: kernel/drivers/acpi.c kernel/lib/string.c tests/support/host.c */
/*
 * ACPI tables as firmware might leave them: good ones, then every length and many corruptions of each byte. Behind each
 * table is an inaccessible page, and what a shortened table no longer covers is poisoned, so that each byte too many shows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <sanitizer/asan_interface.h>

#include <cmocka.h>

#include "drivers/acpi.h"
#include "host.h"
#include "mm/frame.h"

#define ARENA     MIB(64)
#define RSDP_AT   0x1000u
#define ROOT_AT   0x2000u
#define TABLES_AT 0x10000u
#define STRIDE    0x4000u	/* the last page of which is inaccessible */
#define TABLES    16u

u64 direct_map;
static u8 *arena;
static u64 next_table;
static u64 listed[TABLES];
static unsigned listed_count;

static int make_arena(void **state)
{
	arena = mmap(NULL, ARENA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena == MAP_FAILED)
		return 1;
	direct_map = (u64)arena;
	for (unsigned i = 0; i < TABLES; i++)
		mprotect(arena + TABLES_AT + (i + 1) * STRIDE - PAGE_SIZE, PAGE_SIZE, PROT_NONE);
	return 0;
}

static void put(u64 at, u64 value, unsigned size)
{
	memcpy(arena + at, &value, size);
}

static void fix_checksum(u64 at, u32 length, u32 where)
{
	u8 sum = 0;

	arena[at + where] = 0;
	for (u32 i = 0; i < length; i++)
		sum = (u8)(sum + arena[at + i]);
	arena[at + where] = (u8)-sum;
}

/* A table of `length` bytes whose end is a page's end. */
static u64 new_table(const char *signature, u32 length)
{
	u64 at = next_table + STRIDE - PAGE_SIZE - length;

	memset(arena + next_table, 0, STRIDE - PAGE_SIZE);
	next_table += STRIDE;
	memcpy(arena + at, signature, 4);
	put(at + 4, length, 4);
	listed[listed_count++] = at;
	return at;
}

static void finish(u64 at)
{
	u32 length;

	memcpy(&length, arena + at + 4, 4);
	fix_checksum(at, length, 9);
}

static void begin(void)
{
	next_table = TABLES_AT;
	listed_count = 0;
}

static void make_root(bool wide)
{
	u32 size = wide ? 8 : 4, length = 36 + size * listed_count;

	memset(arena + RSDP_AT, 0, 64);
	memcpy(arena + RSDP_AT, "RSD PTR ", 8);
	arena[RSDP_AT + 15] = wide ? 2 : 0;
	put(RSDP_AT + 16, wide ? 0 : ROOT_AT, 4);
	fix_checksum(RSDP_AT, 20, 8);
	if (wide) {
		put(RSDP_AT + 20, 36, 4);
		put(RSDP_AT + 24, ROOT_AT, 8);
		fix_checksum(RSDP_AT, 36, 32);
	}
	memset(arena + ROOT_AT, 0, 4096);
	memcpy(arena + ROOT_AT, wide ? "XSDT" : "RSDT", 4);
	put(ROOT_AT + 4, length, 4);
	for (unsigned i = 0; i < listed_count; i++)
		put(ROOT_AT + 36 + size * i, listed[i], size);
	finish(ROOT_AT);
}

static void entry(u64 *at, const u8 *bytes, u32 n)
{
	memcpy(arena + *at, bytes, n);
	*at += n;
}

static const u8 madt_entries[] = {
	0, 8, 0, 0, 1, 0, 0, 0,					/* APIC 0, enabled */
	0, 8, 1, 4, 1, 0, 0, 0,					/* APIC 4 */
	0, 8, 2, 5, 0, 0, 0, 0,					/* absent */
	0, 8, 3, 6, 2, 0, 0, 0,					/* online capable */
	9, 16, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,	/* APIC 4 again, as x2APIC */
	9, 16, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0,	/* x2APIC 0x200 */
	1, 12, 3, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0,		/* I/O APIC */
	2, 10, 0, 0, 2, 0, 0, 0, 0, 0,				/* IRQ 0 → 2 */
	2, 10, 0, 9, 9, 0, 0, 0, 0x0f, 0,			/* IRQ 9, level, low */
	4, 6, 0xff, 5, 0, 1,					/* NMI at LINT1 of all */
	200, 4, 0, 0,						/* something from the future */
};

static u64 make_madt(void)
{
	u64 t = new_table("APIC", 44 + sizeof(madt_entries)), at = t + 44;

	put(t + 36, 0xfee00000, 4);
	put(t + 40, 1, 4);
	entry(&at, madt_entries, sizeof(madt_entries));
	finish(t);
	return t;
}

static u64 make_dsdt(const u8 *aml, u32 n)
{
	u64 t = new_table("DSDT", 36 + n);

	listed_count--;		/* the FADT points at it, the root does not */
	memcpy(arena + t + 36, aml, n);
	finish(t);
	return t;
}

static u64 make_fadt(u64 dsdt)
{
	u64 t = new_table("FACP", 268);

	put(t + 40, dsdt, 4);
	put(t + 48, 0xb2, 4);
	arena[t + 52] = 2;
	put(t + 64, 0x604, 4);
	arena[t + 108] = 0x32;
	put(t + 112, 1 << 10, 4);
	arena[t + 116] = 1;
	arena[t + 117] = 8;
	put(t + 120, 0xcf9, 8);
	arena[t + 128] = 0x0f;
	finish(t);
	return t;
}

static u64 make_hpet(void)
{
	u64 t = new_table("HPET", 56);

	put(t + 44, 0xfed00000, 8);
	finish(t);
	return t;
}

static u64 make_mcfg(void)
{
	u64 t = new_table("MCFG", 60);

	put(t + 44, 0xb0000000, 8);
	arena[t + 55] = 255;
	finish(t);
	return t;
}

/* Name (\_S5, Package (4) { 5, 6, Zero, Zero }) with other bytes around. */
static const u8 good_s5[] = {
	0x10, '_', 'S', '5', '_', 0x08, '\\', '_', 'S', '5', '_', 0x12, 0x08, 0x04, 0x0a, 0x05, 0x0a, 0x06, 0, 0,
};

static void make_all(bool wide)
{
	begin();
	make_madt();
	make_fadt(make_dsdt(good_s5, sizeof(good_s5)));
	make_hpet();
	make_mcfg();
	make_root(wide);
}

static void check_all(void)
{
	const struct acpi_madt_info *m = acpi_madt();
	const struct acpi_power *p = acpi_power_info();
	const struct acpi_ecam *e;

	assert_int_equal(m->cpu_count, 3);
	assert_int_equal(m->cpus[0].apic_id, 0);
	assert_int_equal(m->cpus[1].apic_id, 4);
	assert_int_equal(m->cpus[2].apic_id, 0x200);
	assert_int_equal(m->cpus[2].uid, 7);
	assert_int_equal(m->cpus_offline, 1);
	assert_true(m->has_8259);
	assert_int_equal(m->local_apic.v, 0xfee00000);
	assert_int_equal(m->ioapic_count, 1);
	assert_int_equal(m->ioapics[0].address.v, 0xfec00000);
	assert_int_equal(m->override_count, 2);
	assert_int_equal(m->overrides[0].gsi, 2);
	assert_false(m->overrides[0].level || m->overrides[0].active_low);
	assert_true(m->overrides[1].level && m->overrides[1].active_low);
	assert_int_equal(m->nmi_count, 1);
	assert_int_equal(m->nmis[0].cpu_uid, ACPI_ALL_CPUS);
	assert_int_equal(m->nmis[0].lint, 1);
	assert_int_equal(acpi_hpet_address(), 0xfed00000);
	assert_int_equal(acpi_ecam(&e), 1);
	assert_int_equal(e[0].base, 0xb0000000);
	assert_int_equal(e[0].last_bus, 255);
	assert_true(p->has_s5);
	assert_int_equal(p->s5_type_a, 5);
	assert_int_equal(p->s5_type_b, 6);
	assert_int_equal(p->pm1a_control.address, 0x604);
	assert_int_equal(p->pm1a_control.space, 1);
	assert_int_equal(p->reset.address, 0xcf9);
	assert_int_equal(p->reset_value, 0x0f);
	assert_int_equal(p->smi_command, 0xb2);
	assert_int_equal(p->century_register, 0x32);
}

static void test_good_tables(void **state)
{
	for (int wide = 0; wide < 2; wide++) {
		make_all(wide);
		acpi_init(PADDR(RSDP_AT));
		check_all();
	}
}

static void test_no_tables(void **state)
{
	acpi_init(PADDR(0));
	assert_int_equal(acpi_madt()->cpu_count, 0);
	assert_false(acpi_power_info()->has_s5);
	acpi_init(PADDR(0xffffffffffffff00));
	acpi_init(PADDR(GIB(4) - 8));
	assert_int_equal(acpi_madt()->cpu_count, 0);
}

/* A wrong sum anywhere loses that table and no other. */
static void test_checksum(void **state)
{
	make_all(true);
	arena[listed[0] + 60] ^= 1;
	acpi_init(PADDR(RSDP_AT));
	assert_int_equal(acpi_madt()->cpu_count, 0);
	assert_int_equal(acpi_hpet_address(), 0xfed00000);
	make_all(true);
	arena[RSDP_AT] ^= 1;
	acpi_init(PADDR(RSDP_AT));
	assert_int_equal(acpi_hpet_address(), 0);
}

/* Every length that a table's header could claim, the sum being right: what is cut is missing, nothing is overrun. */
static void test_lengths(void **state)
{
	make_all(true);
	for (unsigned i = 0; i < listed_count; i++) {
		u32 good;

		memcpy(&good, arena + listed[i] + 4, 4);
		for (u32 length = 0; length < good; length++) {
			put(listed[i] + 4, length, 4);
			if (length >= 10)
				fix_checksum(listed[i], length, 9);
			ASAN_POISON_MEMORY_REGION(arena + listed[i] + MAX(length, 36u), good - MAX(length, 36u));
			acpi_init(PADDR(RSDP_AT));
			ASAN_UNPOISON_MEMORY_REGION(arena + listed[i], good);
		}
		put(listed[i] + 4, 0xffffffff, 4);
		acpi_init(PADDR(RSDP_AT));
		put(listed[i] + 4, good, 4);
		finish(listed[i]);
	}
	acpi_init(PADDR(RSDP_AT));
	check_all();
}

/* Each byte of each table with several values, sums made right. Pointers may lead outside of the arena: those stay. */
static void test_bytes(void **state)
{
	static const u8 values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	static const u32 fadt_pointers[] = { 40, 140 };

	make_all(true);
	for (unsigned i = 0; i < listed_count; i++) {
		u32 length;

		memcpy(&length, arena + listed[i] + 4, 4);
		for (u32 at = 10; at < length; at++) {
			u8 before = arena[listed[i] + at];

			if (i == 1 && ((at >= fadt_pointers[0] && at < fadt_pointers[0] + 4) ||
				       (at >= fadt_pointers[1] && at < fadt_pointers[1] + 8)))
				continue;
			for (unsigned v = 0; v < ARRAY_SIZE(values); v++) {
				arena[listed[i] + at] = values[v];
				finish(listed[i]);
				acpi_init(PADDR(RSDP_AT));
			}
			arena[listed[i] + at] = before;
			finish(listed[i]);
		}
	}
	acpi_init(PADDR(RSDP_AT));
	check_all();
}

static void check_s5(const u8 *aml, u32 n, bool has, u8 a, u8 b)
{
	begin();
	make_fadt(make_dsdt(aml, n));
	make_root(true);
	acpi_init(PADDR(RSDP_AT));
	assert_int_equal(acpi_power_info()->has_s5, has);
	if (has) {
		assert_int_equal(acpi_power_info()->s5_type_a, a);
		assert_int_equal(acpi_power_info()->s5_type_b, b);
	}
}

#define S5_BYTES(...) ((const u8[]){ 0x08, '_', 'S', '5', '_', __VA_ARGS__ })
#define S5(...) S5_BYTES(__VA_ARGS__), sizeof(S5_BYTES(__VA_ARGS__))

static void test_s5_packages(void **state)
{
	check_s5(S5(0x12, 0x06, 0x04, 0x00, 0x00, 0x00, 0x00), true, 0, 0);
	check_s5(S5(0x12, 0x06, 0x04, 0x01, 0x00, 0x00, 0x00), true, 1, 0);
	check_s5(S5(0x12, 0x44, 0x00, 0x02, 0x0b, 0x05, 0x00, 0x0c, 0x07, 0x00, 0x00, 0x00), true, 5, 7);
	check_s5(S5(0x12, 0x04, 0x01, 0x0a, 0x03), true, 3, 3);
	check_s5(S5(0x12, 0x04, 0x01, 0x0a, 0x08), false, 0, 0);	/* three bits hold 7 at most */
	check_s5(S5(0x12, 0x02, 0x00), false, 0, 0);
	check_s5(S5(0x12, 0x04, 0x01, 0x0a), false, 0, 0);		/* cut */
	check_s5(S5(0x12), false, 0, 0);
	check_s5(S5(0x11, 0x04, 0x01, 0x0a, 0x03), false, 0, 0);	/* a buffer */
	check_s5(S5(0x12, 0x05, 0x01, 0x0d, 0x35, 0x00), false, 0, 0);	/* a string */
}

static void test_s5_in_ssdt(void **state)
{
	u64 t;

	begin();
	make_fadt(make_dsdt((const u8[]){ 0 }, 1));
	t = new_table("SSDT", 36 + sizeof(good_s5));
	memcpy(arena + t + 36, good_s5, sizeof(good_s5));
	finish(t);
	make_root(true);
	acpi_init(PADDR(RSDP_AT));
	assert_true(acpi_power_info()->has_s5);
}

static void test_many_cpus(void **state)
{
	u64 t, at;

	begin();
	t = new_table("APIC", 44 + 300 * 16);
	at = t + 44;
	put(t + 36, 0xfee00000, 4);
	for (unsigned i = 0; i < 300; i++) {
		u8 e[16] = { 9, 16, 0, 0, (u8)i, (u8)(i >> 8), 0, 0, 1, 0, 0, 0, (u8)i, (u8)(i >> 8), 0, 0 };

		entry(&at, e, sizeof(e));
	}
	finish(t);
	make_root(true);
	acpi_init(PADDR(RSDP_AT));
	assert_int_equal(acpi_madt()->cpu_count, ACPI_MAX_CPUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_tables), cmocka_unit_test(test_no_tables), cmocka_unit_test(test_checksum),
		cmocka_unit_test(test_lengths), cmocka_unit_test(test_bytes), cmocka_unit_test(test_s5_packages),
		cmocka_unit_test(test_s5_in_ssdt), cmocka_unit_test(test_many_cpus),
	};

	return cmocka_run_group_tests(tests, make_arena, NULL);
}
