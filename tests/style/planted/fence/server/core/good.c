#include <string.h>
static const char *const names[] = {"a", "b"};
unsigned long f(unsigned i);
unsigned long f(unsigned i)
{
        return strlen(names[i % 2]);
}
