/* libraries: relocated */
/*
 * Relocations of data: addresses with addends, differences, sizes, own addresses, indirect functions, missing weak names.
 * Not compared with the host, whose linker does not know R_X86_64_PC64.
 */
#include <stdint.h>
#include <string.h>

#include "check.h"

extern char relocated_target[];
extern char *relocated_own;
extern uintptr_t relocated_words[];
int relocated_chosen(void);

int main(void)
{
	uintptr_t *words = relocated_words;

	CHECK(!strcmp(relocated_target, "target") && relocated_own == relocated_target + 3);
	CHECK(words[0] == (uintptr_t)relocated_target + 8);
	CHECK(words[1] + (uintptr_t)&words[1] == (uintptr_t)relocated_target);
	CHECK(words[2] == 24 && words[3] == 29);
	CHECK(*(uint64_t *)words[4] == 42);
	CHECK(((int (*)(void))words[5])() == 7 && relocated_chosen() == 7);
	CHECK(!words[6]);
	CHECK_END();
}
