#include <stdlib.h>
#include <time.h>
static int count;
long f(void);
long f(void)
{
        count++;
        return (long)time(NULL) + rand() + count;
}
