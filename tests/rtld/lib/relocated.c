/* For relocations.c: words of data, one for each kind of relocation that compilers and assembler sources put into data. */
#include <stddef.h>

char relocated_target[24] = "target";
char *relocated_own = relocated_target + 3;

__asm__(".pushsection .data.words, \"aw\"\n"
	".balign 8\n"
	".globl relocated_words\n"
	".type relocated_words, @object\n"
	"relocated_words:\n"
	"	.quad relocated_target + 8\n"		/* R_X86_64_64 with an addend */
	"	.quad relocated_target - .\n"		/* R_X86_64_PC64 */
	"	.quad relocated_target@SIZE\n"		/* R_X86_64_SIZE64 */
	"	.quad relocated_target@SIZE + 5\n"
	"	.quad relocated_local\n"		/* R_X86_64_RELATIVE */
	"	.quad relocated_chosen\n"		/* R_X86_64_64 of an indirect function */
	"	.quad relocated_missing\n"		/* R_X86_64_64 of a weak name that nobody has */
	".size relocated_words, . - relocated_words\n"
	"relocated_local:\n"
	"	.quad 42\n"
	".weak relocated_missing\n"
	".popsection\n");

static int chosen(void)
{
	return 7;
}

__attribute__((used)) static int (*choose(void))(void)
{
	return chosen;
}

int relocated_chosen(void) __attribute__((ifunc("choose")));
