/*
 * CLAC and STAC for assembly, where the processor has SMAP: smap_patch() (features.c) writes the instruction over a 3-byte
 * NOP at every site of the table .smap_sites, before SMAP goes on.
 */
#ifndef ARCH_X86_64_SMAP_H
#define ARCH_X86_64_SMAP_H

.macro SMAP_SITE third_byte
771:	.byte	0x0f, 0x1f, 0x00
	.pushsection .smap_sites, "a"
	.balign	8
	.long	771b - .
	.long	\third_byte
	.popsection
.endm

#define CLAC SMAP_SITE 0xca
#define STAC SMAP_SITE 0xcb

#endif
