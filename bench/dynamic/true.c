/* Ends at once, with success: what is left of a fork and exec is the kernel and the C library. */
int main(void)
{
	return 0;
}
