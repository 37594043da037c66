/* What AT_HWCAP and AT_HWCAP2 say on this machine. Constant after boot; any context. */
#include "arch/x86_64/cpu.h"
#include "exec/exec.h"

#define HWCAP2_FSGSBASE (1u << 1)

u64 arch_hwcap(void)
{
	u32 a, b, c, d;

	cpuid(1, 0, &a, &b, &c, &d);
	return d;
}

u64 arch_hwcap2(void)
{
	return cpu_features.fsgsbase ? HWCAP2_FSGSBASE : 0;
}
