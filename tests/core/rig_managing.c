/* What the rig's small store keeps of managers, their consoles, and of the hub itself. */
#include "tests/core/rig.h"

#include <assert.h>
#include <string.h>

static void apply_manager(struct rig *r, const struct manager_row *row)
{
        uint32_t i = 0;
        if (row->associate == 0)
                return;
        while (i < r->n_managers && r->managers[i].associate != row->associate)
                i++;
        assert(i < ARRAY_LEN(r->managers));
        r->managers[i] = *row;
        r->n_managers += i == r->n_managers;
}

void rig_apply_managing(struct rig *r, const struct write *w)
{
        if (w->kind == WRITE_MANAGER)
                apply_manager(r, &w->manager);
        if (w->kind == WRITE_SHIFT)
                rig_shift(r, &w->shift);
        if (w->kind == WRITE_PRACTISED)
                r->practised[w->practised.associate] = true;
        if (w->kind == WRITE_REMEMBER)
                r->remembered = w->remember;
        if (w->kind == WRITE_NOTICE)
                r->notices[r->n_notices++ % ARRAY_LEN(r->notices)] = *w->notice;
        for (uint32_t i = 0; w->kind == WRITE_MANAGER_GONE && i < r->n_managers; i++)
                if (r->managers[i].associate == w->manager_gone.associate)
                        r->managers[i] = r->managers[--r->n_managers];
}
