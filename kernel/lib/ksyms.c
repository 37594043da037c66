/*
 * Symbol lookup over the tables that tools/gen_ksyms.py writes from the linked kernel: offsets from kernel_start in
 * rising order, and for each the place of its name in one block of strings. A symbol reaches to the next one; an entry
 * with an empty name starts what is not code (the end of the text), so that addresses beyond it have no name.
 * Constant data, no locks, any context.
 */
#include "lib/ksyms.h"

extern const u32 ksyms_count;
extern const u32 ksyms_offsets[];	/* from kernel_start, rising */
extern const u32 ksyms_names[];		/* index into ksyms_strings */
extern const char ksyms_strings[];
extern const char kernel_start[];

const char *ksyms_lookup(u64 address, u64 *offset)
{
	u64 base = (u64)kernel_start;
	u32 low = 0, high = ksyms_count;
	const char *name;

	if (address < base || high == 0 || address - base < ksyms_offsets[0])
		return NULL;
	/* The answer is in [low, high): the last entry that is not above the address. */
	while (high - low > 1) {
		u32 middle = low + (high - low) / 2;

		if (ksyms_offsets[middle] <= address - base)
			low = middle;
		else
			high = middle;
	}
	name = &ksyms_strings[ksyms_names[low]];
	if (*name == '\0')
		return NULL;
	*offset = address - base - ksyms_offsets[low];
	return name;
}
