/* compile: -fsemantic-interposition */
/* For binding.c: weak definitions, and a function that only a weak reference asks for. */
int who(void);
int weak_and_strong(void);
int shared_data = 5;
int protected_value(void);
int ask_protected(void);
int *shared_data_here(void);
int (*function_here(void))(void);
extern int nowhere(void) __attribute__((weak));
int ask_nowhere(void);

__attribute__((weak)) int who(void)
{
	return 1;
}

int *shared_data_here(void)
{
	return &shared_data;
}

int (*function_here(void))(void)
{
	return who;
}

__attribute__((visibility("protected"))) int protected_value(void)
{
	return 71;
}

int ask_protected(void)
{
	return protected_value();
}

int ask_nowhere(void)
{
	return nowhere ? nowhere() : 9;
}
