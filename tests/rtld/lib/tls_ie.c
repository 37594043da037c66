/* For tls.c: initial exec model, which wants a place at a fixed offset, also when dlopen loads it. */
static _Thread_local __attribute__((tls_model("initial-exec"))) int counter = 30;

int ie_next(void);

int ie_next(void)
{
	return ++counter;
}
