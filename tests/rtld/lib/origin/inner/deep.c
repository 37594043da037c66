/* For paths.c: found only by $ORIGIN of who needs it. */
int deep(void);

int deep(void)
{
	return 50;
}
