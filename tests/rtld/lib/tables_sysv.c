/* link: --hash-style=sysv */
/* For tables.c: only the old hash table. */
int sysv_only(void);
int another(void);

int sysv_only(void)
{
	return 61;
}

int another(void)
{
	return 62;
}
