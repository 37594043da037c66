/* sync: writes everything back that is buffered. */
#include <unistd.h>

int main(void)
{
	sync();
	return 0;
}
