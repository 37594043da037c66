/* libraries: origin/inner/deep */
/* link: -rpath=$ORIGIN/inner */
/* For paths.c: finds what it needs in a folder below its own. */
extern int deep(void);
int outer(void);

int outer(void)
{
	return deep() + 1;
}
