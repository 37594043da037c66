/*
 * Page tables. Those of the kernel's half are shared by all address spaces: their top-level entries exist from boot on
 * and are copied once into each new table. Kernel entries are added without a lock (compare and swap); user entries are
 * guarded by the mm's lock.
 */
#include "arch/x86_64/paging.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/string.h"
#include "mm/aspace.h"
#include "mm/frame.h"
#include "mm/kmap.h"

#define LEVELS        4
#define KERNEL_FIRST  256		/* top-level index of the upper half */

u64 kernel_page_table;
static u64 image_physical;

static unsigned index_at(u64 address, unsigned level)
{
	return address >> (PAGE_SHIFT + 9 * level) & (PTES_PER_TABLE - 1);
}

static pte *table_of(u64 entry)
{
	return phys_to_virt(PADDR(entry & PTE_ADDRESS));
}

void paging_init(const struct boot_info *info)
{
	kernel_page_table = info->page_table;
	image_physical = info->kernel_base;
}

void *kernel_text_alias(u64 address)
{
	extern u8 kernel_start[];

	return phys_to_virt(PADDR(image_physical + (address - (u64)kernel_start)));
}

void arch_drop_identity_map(void)
{
	pte *top = table_of(kernel_page_table);

	memset(top, 0, KERNEL_FIRST * sizeof(pte));
	write_cr3(read_cr3());
}

static void free_table(u64 entry)
{
	struct page *page = phys_to_page(PADDR(entry & PTE_ADDRESS));

	page->flags &= (u16)~PAGE_TABLE;
	page_put(page);
}

/* Ending an address space looks at so many of a table's entries as were ever in use. Kernel tables never end: no lock for them. */
static void note_child(const pte *entry)
{
	struct page *page = virt_to_page(entry);
	unsigned index = ((u64)entry & PAGE_MASK) / sizeof(pte);

	page->first = (u16)MIN(page->first, index);
	page->end = (u16)MAX(page->end, index + 1);
}

static void init_table(struct page *page)
{
	page->flags |= PAGE_TABLE;
	page->first = PTES_PER_TABLE;
	page->end = 0;
}

/* The next level's table behind *entry, made when it is absent; NULL when memory is out. Two CPUs may make the same one: the loser's goes back. */
static pte *descend(pte *entry, u64 rights)
{
	pte old = READ_ONCE(*entry);
	struct page *page;
	pte fresh;

	if (old & PTE_PRESENT)
		return table_of(old);
	page = page_alloc(0, ALLOC_ZERO);
	if (!page)
		return NULL;
	init_table(page);
	fresh = page_to_phys(page).v | PTE_PRESENT | PTE_WRITE | rights;
	if (!__atomic_compare_exchange_n(entry, &old, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		free_table(fresh);
		return table_of(old);
	}
	note_child(entry);
	return table_of(fresh);
}

static pte *walk_create(u64 top, u64 address, u64 rights)
{
	pte *table = table_of(top);

	for (unsigned level = LEVELS - 1; level > 0; level--) {
		table = descend(&table[index_at(address, level)], rights);
		if (!table)
			return NULL;
	}
	return &table[index_at(address, 0)];
}

/* ---- The kernel's half ---- */

void arch_kmap_prepare(u64 base, u64 size)
{
	pte *top = table_of(kernel_page_table);

	for (u64 address = base; address < base + size; address += 1ul << 39)
		if (!descend(&top[index_at(address, 3)], 0))
			panic("no memory for the kernel map's tables");
}

int arch_kmap_page(u64 address, paddr p, bool writable, enum kmap_cache cache)
{
	pte *entry = walk_create(kernel_page_table, address, 0);
	u64 e = p.v | PTE_PRESENT | PTE_NX | PTE_ACCESSED | PTE_DIRTY | (writable ? PTE_WRITE : 0);

	if (!entry)
		return -ENOMEM;
	if (cache == KMAP_UNCACHED)
		e |= PTE_PCD | PTE_PWT;
	else if (cache == KMAP_WRITE_COMBINING)
		e |= PTE_PWT;		/* PAT entry 1 */
	WRITE_ONCE(*entry, e);
	return 0;
}

void arch_kunmap_page(u64 address)
{
	pte *entry = pte_find(kernel_page_table, address);

	if (entry)
		WRITE_ONCE(*entry, 0);
}

/* ---- User entries ---- */

pte pte_make(paddr p, u32 prot, bool write, bool device)
{
	pte e = p.v | PTE_USER | PTE_ACCESSED;

	e |= prot & (PROT_READ | PROT_WRITE | PROT_EXEC) ? PTE_PRESENT : PTE_RESIDENT;
	if (write && (prot & PROT_WRITE))
		e |= PTE_WRITE | PTE_DIRTY;
	if (!(prot & PROT_EXEC))
		e |= PTE_NX;
	return device ? e | PTE_DEVICE : e;
}

pte *pte_find(u64 top, u64 address)
{
	pte *table = table_of(top);

	for (unsigned level = LEVELS - 1; level > 0; level--) {
		pte e = table[index_at(address, level)];

		if (!(e & PTE_PRESENT))
			return NULL;
		table = table_of(e);
	}
	return &table[index_at(address, 0)];
}

pte *pte_create(u64 top, u64 address)
{
	return walk_create(top, address, PTE_USER);
}

pte *pte_next_table(u64 top, u64 *address, u64 end)
{
	while (*address < end) {
		pte *table = table_of(top);
		unsigned level = LEVELS - 1;
		u64 span;

		for (; level > 0; level--) {
			pte e = table[index_at(*address, level)];

			if (!(e & PTE_PRESENT))
				break;
			table = table_of(e);
		}
		if (level == 0)
			return &table[index_at(*address, 0)];
		span = PAGE_SIZE << (9 * level);
		*address = ALIGN_DOWN(*address, span) + span;
	}
	return NULL;
}

u64 pagetable_create(void)
{
	struct page *page = page_alloc(0, 0);
	pte *top;

	if (!page)
		return 0;
	init_table(page);
	top = page_to_virt(page);
	memset(top, 0, KERNEL_FIRST * sizeof(pte));
	memcpy(top + KERNEL_FIRST, table_of(kernel_page_table) + KERNEL_FIRST, (PTES_PER_TABLE - KERNEL_FIRST) * sizeof(pte));
	return page_to_phys(page).v;
}

/* Free what lies below an entry of `level`, the table itself included. */
static void free_subtree(u64 entry, unsigned level)
{
	const struct page *page = phys_to_page(PADDR(entry & PTE_ADDRESS));
	pte *table = table_of(entry);

	for (unsigned i = page->first; level > 1 && i < page->end; i++)
		if (table[i] & PTE_PRESENT)
			free_subtree(table[i], level - 1);
	free_table(entry);
}

void pagetable_destroy(u64 top)
{
	free_subtree(top, LEVELS);
}

/* Unlink the last-level tables inside the range into a list of at most `max` physical addresses. */
static unsigned unlink_tables(u64 top, u64 *address, u64 ceiling, u64 *out, unsigned max)
{
	unsigned n = 0;

	while (n < max && *address + LEAF_SPAN <= ceiling && pte_next_table(top, address, ceiling)) {
		pte *table = table_of(top);

		if (*address + LEAF_SPAN > ceiling)
			break;
		for (unsigned level = LEVELS - 1; level > 1; level--)
			table = table_of(table[index_at(*address, level)]);
		out[n++] = table[index_at(*address, 1)];
		table[index_at(*address, 1)] = 0;
		*address += LEAF_SPAN;
	}
	return n;
}

void pagetable_trim(struct mm *mm, u64 floor, u64 ceiling)
{
	u64 address = ALIGN_UP(floor, LEAF_SPAN);
	u64 tables[32];
	unsigned n;

	do {
		u64 start = address;

		n = unlink_tables(mm->page_table, &address, ceiling, tables, ARRAY_SIZE(tables));
		if (n == 0)
			break;
		tlb_flush_tables(mm, start, address);
		for (unsigned i = 0; i < n; i++)
			free_table(tables[i]);
	} while (n == ARRAY_SIZE(tables));
}
