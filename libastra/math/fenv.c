/*
 * The floating-point environment of the calling thread: the x87 control and status words and MXCSR. Both units keep one
 * rounding mode; exception flags are the union of both.
 */
#include <fenv.h>

static unsigned get_mxcsr(void)
{
	unsigned value;

	__asm__ volatile("stmxcsr %0" : "=m"(value));
	return value;
}

static void set_mxcsr(unsigned value)
{
	__asm__ volatile("ldmxcsr %0" : : "m"(value));
}

static unsigned short x87_status(void)
{
	unsigned short status;

	__asm__ volatile("fnstsw %0" : "=a"(status));
	return status;
}

int fetestexcept(int exceptions)
{
	return (int)(get_mxcsr() | x87_status()) & exceptions & FE_ALL_EXCEPT;
}

int fegetexceptflag(fexcept_t *flags, int exceptions)
{
	*flags = (fexcept_t)fetestexcept(exceptions);
	return 0;
}

int feclearexcept(int exceptions)
{
	int keep = fetestexcept(FE_ALL_EXCEPT) & ~exceptions;

	__asm__ volatile("fnclex");
	set_mxcsr((get_mxcsr() & ~(unsigned)FE_ALL_EXCEPT) | (unsigned)keep);
	return 0;
}

int fesetexceptflag(const fexcept_t *flags, int exceptions)
{
	feclearexcept(exceptions);
	set_mxcsr(get_mxcsr() | (unsigned)(*flags & exceptions & FE_ALL_EXCEPT));
	return 0;
}

/* Nothing traps by default; where a program unmasked an exception, the next SSE operation sees the flag. */
int feraiseexcept(int exceptions)
{
	set_mxcsr(get_mxcsr() | (unsigned)(exceptions & FE_ALL_EXCEPT));
	return 0;
}

int fegetround(void)
{
	return (int)(get_mxcsr() >> 3) & 0xc00;
}

int fesetround(int mode)
{
	unsigned short control;

	if (mode & ~0xc00)
		return -1;
	__asm__ volatile("fnstcw %0" : "=m"(control));
	control = (unsigned short)((control & ~0xc00) | mode);
	__asm__ volatile("fldcw %0" : : "m"(control));
	set_mxcsr((get_mxcsr() & ~0x6000u) | (unsigned)mode << 3);
	return 0;
}

int fegetenv(fenv_t *env)
{
	__asm__ volatile("fnstenv %0\n\tfldenv %0" : "+m"(env->__x87));
	env->__mxcsr = get_mxcsr();
	return 0;
}

int fesetenv(const fenv_t *env)
{
	static const fenv_t initial = { { 0x37f, 0, 0xffff }, 0x1f80 };

	if (env == FE_DFL_ENV)
		env = &initial;
	if (env == &initial)
		__asm__ volatile("fninit");
	else
		__asm__ volatile("fldenv %0" : : "m"(env->__x87));
	set_mxcsr(env->__mxcsr);
	return 0;
}

int feholdexcept(fenv_t *env)
{
	fegetenv(env);
	feclearexcept(FE_ALL_EXCEPT);
	set_mxcsr(get_mxcsr() | 0x1f80);
	return 0;
}

int feupdateenv(const fenv_t *env)
{
	int raised = fetestexcept(FE_ALL_EXCEPT);

	fesetenv(env);
	return feraiseexcept(raised);
}
