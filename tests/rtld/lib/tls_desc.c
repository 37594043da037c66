/* For tls.c: TLS descriptors; all registers but RAX must survive the call, so some are filled before. */
_Thread_local int desc_value = 40;

int desc_next(void);
long desc_registers(void);

static int *address(void)
{
	int *result;

	__asm__ volatile("leaq desc_value@tlsdesc(%%rip), %%rax\n\t"
			 "call *desc_value@tlscall(%%rax)\n\t"
			 "addq %%fs:0, %%rax"
			 : "=a"(result)
			 :
			 : "cc");
	return result;
}

int desc_next(void)
{
	return ++*address();
}

/* 45 when nothing was lost; to be called first, so that the block is made by this very use. */
long desc_registers(void)
{
	register long a __asm__("rcx") = 1, b __asm__("rdx") = 2, c __asm__("rsi") = 3, d __asm__("rdi") = 4;
	register long e __asm__("r8") = 5, f __asm__("r9") = 6, g __asm__("r10") = 7, h __asm__("r11") = 8;
	register double x __asm__("xmm9") = 9;

	__asm__ volatile("leaq desc_value@tlsdesc(%%rip), %%rax\n\t"
			 "call *desc_value@tlscall(%%rax)"
			 : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h), "+x"(x)
			 :
			 : "rax", "cc", "memory");
	return a + b + c + d + e + f + g + h + (long)x;
}
