/* libraries: tls_gd */
/* opens: tls_ld */
/* What a thread library asks of ld-astra: storage for a thread to be, with every variable fresh, apart from the first one's. */
#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../abi/rtld.h"
#include "check.h"

extern _Thread_local int gd_value;
int gd_check(void);
static _Thread_local int own = 77;

struct results {
	int own, gd, check;
	long sum;
};

/* Between the two switches only code that needs no thread-local storage of the C library's may run. */
static struct results in_other_thread(struct tcb *tcb, long (*ld_sum)(void))
{
	struct tcb *first;
	struct results r;

	__asm__("mov %%fs:0, %0" : "=r"(first));
	syscall(SYS_arch_prctl, ARCH_SET_FS, tcb);
	r.own = own++;
	r.gd = gd_value++;
	r.check = gd_check();
	r.sum = ld_sum();
	syscall(SYS_arch_prctl, ARCH_SET_FS, first);
	return r;
}

int main(void)
{
	void *library = dlopen("tls_ld.so", RTLD_NOW);
	long (*ld_sum)(void) = library ? (long (*)(void))dlsym(library, "ld_sum") : NULL;
	struct results r;

	CHECK(ld_sum && ld_sum() == 33);
	own = 1;
	gd_value = 2;
	for (int i = 0; i < 20 && ld_sum; i++) {
		struct tcb *tcb = RTLD(make_thread)();

		CHECK(tcb && tcb->self == tcb && tcb->dtv);
		r = in_other_thread(tcb, ld_sum);
		CHECK(r.own == 77 && r.gd == 21 && r.check == 27 && r.sum == 33);
		r = in_other_thread(tcb, ld_sum);
		CHECK(r.own == 78 && r.gd == 22 && r.sum == 63);
		if (i == 19)
			CHECK(!dlclose(library));
		RTLD(free_thread)(tcb);
	}
	CHECK(own == 1 && gd_value == 2);
	CHECK_END();
}
