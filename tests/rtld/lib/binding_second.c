/* For binding.c: a strong definition behind a weak one changes nothing; nor does it reach a protected one. */
int who(void);

int who(void)
{
	return 2;
}
