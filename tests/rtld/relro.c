/* libraries: relocated_data */
/* oracle: host */
/* RELRO: what only relocations change, in the program and in a library, is there and cannot be written any more. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

void *const *relocated_data(void);
static int target;
static void *const own_data[2] = { &target, (void *)own_data };

/* The signal that ends a child which writes there; 0: none. */
static int signal_of_write(void *const *place)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		*(void *volatile *)place = NULL;
		_exit(0);
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int main(void)
{
	void *const *library = relocated_data();
	void *const *volatile own = own_data;

	CHECK(library[1] == (void *)library && library[0] != NULL);
	CHECK(own[0] == &target && own[1] == (void *)own);
	CHECK(signal_of_write(library) == SIGSEGV);
	CHECK(signal_of_write(own) == SIGSEGV);
	CHECK_END();
}
