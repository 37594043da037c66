/*
 * The debugger's interface (SVR4): gdb finds _r_debug through the program's DT_DEBUG and breaks on _dl_debug_state, which
 * is called before and after every change of the list. Written at the start and under the lock.
 */
#include "rtld.h"

EXPORT struct r_debug _r_debug;
EXPORT void _dl_debug_state(void);

EXPORT __attribute__((noinline)) void _dl_debug_state(void)
{
	__asm__ volatile("");
}

void debug_setup(uintptr_t own_base)
{
	_r_debug.r_version = 1;
	_r_debug.r_map = &program->map;
	_r_debug.r_brk = (Elf64_Addr)_dl_debug_state;
	_r_debug.r_ldbase = own_base;
	for (size_t i = 0; i < program->dynamic_count; i++) {
		Elf64_Dyn *d = (Elf64_Dyn *)&program->dynamic[i];

		if (d->d_tag == DT_DEBUG && image_range(program, (uintptr_t)d - program->base, sizeof(*d), PF_W))
			d->d_un.d_ptr = (Elf64_Addr)&_r_debug;
	}
	debug_changing(RT_ADD);
}

void debug_changing(int state)
{
	_r_debug.r_state = state;
	_dl_debug_state();
}

void debug_changed(void)
{
	_r_debug.r_state = RT_CONSISTENT;
	_dl_debug_state();
}
