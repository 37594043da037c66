/* execve, and the calls on the program's own machine state. Thin; task context. */
#include "exec/exec.h"
#include "arch/arch.h"
#include "fs/file.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/usercopy.h"
#include "trace/unimplemented.h"

enum arch_prctl_code { ARCH_SET_GS = 0x1001, ARCH_SET_FS, ARCH_GET_FS, ARCH_GET_GS };

long sys_execve(uaddr path, uaddr argv, uaddr envp)
{
	struct exec_source source = { .argv = argv, .envp = envp };
	char *name = path_from_user(path);
	long r;

	if (IS_ERR(name))
		return PTR_ERR(name);
	r = exec_program(name, &source);
	path_buffer_put(name);
	return r;
}

long sys_arch_prctl(int code, unsigned long addr)
{
	u64 base;

	switch (code) {
	case ARCH_SET_FS:
	case ARCH_SET_GS:
		if (addr >= USER_END)
			return -EPERM;
		if (code == ARCH_SET_FS)
			arch_set_fs_base(addr);
		else
			arch_set_gs_base(addr);
		return 0;
	case ARCH_GET_FS:
	case ARCH_GET_GS:
		base = code == ARCH_GET_FS ? arch_get_fs_base() : arch_get_gs_base();
		return put_user_object(UADDR(addr), &base);
	default:
		report_unimplemented_value("arch_prctl", "code", (u32)code);
		return -EINVAL;
	}
}
