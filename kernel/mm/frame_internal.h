/* Between mm/frame.c, which allocates, and mm/frame_boot.c, which reads the memory map. No one else includes this. */
#ifndef MM_FRAME_INTERNAL_H
#define MM_FRAME_INTERNAL_H

#include "mm/frame.h"

#define LOW_END_PFN (MIB(1) >> PAGE_SHIFT)	/* frames below are for frame_low_page alone */

/*
 * The page array is kept in pages of its own; one such page describes a section. Sections without any RAM have no
 * struct pages: the memory where they would stand is given to the frame allocator.
 */
#define SECTION_FRAMES (PAGE_SIZE / sizeof(struct page))
#define SECTION_ORDER  7	/* log2 of SECTION_FRAMES */

extern u64 *section_map;	/* [I] bit per section: it has struct pages */

/* Is there a struct page for this frame number? */
static inline bool frame_present(u64 pfn)
{
	u64 section = pfn / SECTION_FRAMES;

	return pfn < page_array_count && (section_map[section / 64] >> (section % 64) & 1);
}

/* Before any frame is released. */
void frame_lists_init(void);

/* Hand frames [first, end), which nobody uses and whose struct pages are blank, to the allocator. */
void frame_release(u64 first, u64 end);

/* Account frames: `managed` may become free one day, `reserved` never will. */
void frame_account(i64 managed, i64 reserved);

#endif
