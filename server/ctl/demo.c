#include "server/ctl/ctl.h"
int ctl_demo(struct ctl *ctl, int argc, char **argv)
{
        (void)ctl;
        (void)argc;
        (void)argv;
        return ctl_fail(CTL_USAGE, "not yet.");
}
