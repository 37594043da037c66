/* libraries: open_b */
/* link: -z lazy -rpath=$ORIGIN --version-script=tests/rtld/lib/mutant.map --hash-style=both --pack-dyn-relocs=relr */
/* For mutation.c: a library with something in every table that the linker reads. */
#include <stddef.h>

extern int open_b_value(void);
extern int absent_data __attribute__((weak));

_Thread_local int mutant_thread = 3;
static _Thread_local long zeroed[10];
int mutant_data[100] = { 1, 2, 3 };
static int *const pointers[] = { mutant_data, mutant_data + 1, mutant_data + 2, &absent_data };
static int constructed;

int mutant_value(void);
int mutant_old(void);
int mutant_new(void);
int mutant_chosen(void);

__asm__(".symver mutant_old, mutant_two@MUTANT_1");
__asm__(".symver mutant_new, mutant_two@@MUTANT_2");

static int one(void)
{
	return 1;
}

__attribute__((used)) static int (*choose(void))(void)
{
	return one;
}

int mutant_chosen(void) __attribute__((ifunc("choose")));

int mutant_old(void)
{
	return 1;
}

int mutant_new(void)
{
	return 2;
}

int mutant_value(void)
{
	return open_b_value() + mutant_thread + (int)zeroed[3] + *pointers[1] + constructed + mutant_chosen();
}

__attribute__((constructor)) static void up(void)
{
	constructed = open_b_value();
}

__attribute__((destructor)) static void down(void)
{
	constructed = 0;
}
