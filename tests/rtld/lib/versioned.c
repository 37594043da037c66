/* link: --version-script=tests/rtld/lib/versions.map */
/* compile: -fno-lto */
/* For versions.c: one name in two versions, the second of which is the default. */
int old_one(void);
int new_one(void);
int only_v1(void);

__asm__(".symver old_one, versioned@V1");
__asm__(".symver new_one, versioned@@V2");

int old_one(void)
{
	return 1;
}

int new_one(void)
{
	return 2;
}

int only_v1(void)
{
	return 10;
}
