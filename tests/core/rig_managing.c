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

/* As the store: one of each two. */
static void apply_thank_you(struct rig *r, const struct write *w)
{
        struct person_row *row =
                &r->people[w->thank_you.person >= 0x80000000u ? RIG_PEOPLE - 1 : w->thank_you.person].row;
        uint32_t n = 0;
        for (uint32_t i = 0; i < row->n_thanks; i++)
                if (w->thank_you.associate && row->thanks[i].associate != w->thank_you.associate &&
                        row->thanks[i].day >= w->thank_you.before)
                        row->thanks[n++] = row->thanks[i];
        if (w->thank_you.day)
                row->thanks[n++] = (struct thanks_row){w->thank_you.associate, w->thank_you.day};
        row->n_thanks = (uint8_t)n;
}

/* As the store: the newest few of her, and none that is too old. */
static void apply_note(struct rig *r, const struct write *w)
{
        struct rig_person *p = rig_person_of(r, w->note.person);
        uint32_t n = 1;
        struct write kept[NOTES_MAX] = {*w};
        for (uint32_t i = 0; i < p->n_notes && n < w->note.most; i++)
                if (p->notes[i].note.at >= w->note.before)
                        kept[n++] = p->notes[i];
        memcpy(p->notes, kept, sizeof(kept));
        p->n_notes = n;
}

wall_ms rig_oldest_note(const struct rig *r)
{
        wall_ms oldest = 0;
        for (uint32_t k = 0; k < ARRAY_LEN(r->people); k++)
                for (uint32_t i = 0; i < r->people[k].n_notes; i++)
                        if (!oldest || r->people[k].notes[i].note.at < oldest)
                                oldest = r->people[k].notes[i].note.at;
        return oldest;
}

static void drop_old_notes(struct rig *r, wall_ms before)
{
        for (uint32_t k = 0; k < ARRAY_LEN(r->people); k++) {
                struct rig_person *p = &r->people[k];
                uint32_t n = 0;
                for (uint32_t i = 0; i < p->n_notes; i++)
                        if (p->notes[i].note.at >= before)
                                p->notes[n++] = p->notes[i];
                p->n_notes = n;
        }
}

static void apply_notes_gone(struct rig *r, const struct write *w)
{
        if (w->notes_gone.before) {
                drop_old_notes(r, w->notes_gone.before);
                return;
        }
        struct rig_person *p = rig_person_of(r, w->notes_gone.person);
        uint32_t n = 0;
        for (uint32_t i = 0; i < p->n_notes; i++)
                if (!w->notes_gone.all &&
                        memcmp(&p->notes[i].note.id, &w->notes_gone.id, sizeof(w->notes_gone.id)) != 0)
                        p->notes[n++] = p->notes[i];
        p->n_notes = n;
}

static void apply_walkin(struct rig *r, const struct walkin_row *row)
{
        struct walkins all = {.n = 1, .row = {*row}};
        uint32_t n[2] = {WALKINS_BY_HAND, WALKINS_MORNINGS};
        n[row->morning]--;
        for (uint32_t i = 0; i < r->walkins.n; i++) {
                const struct walkin_row *old = &r->walkins.row[i];
                bool again = old->at == row->at || (row->morning && old->morning && old->day == row->day);
                if (!again && n[old->morning] > 0 && n[old->morning]--)
                        all.row[all.n++] = *old;
        }
        r->walkins = all;
}

void rig_apply_managing(struct rig *r, const struct write *w)
{
        if (w->kind == WRITE_MANAGER)
                apply_manager(r, &w->manager);
        if (w->kind == WRITE_SHIFT)
                rig_shift(r, &w->shift);
        if (w->kind == WRITE_PRACTISED)
                r->practised[w->practised.associate] = true;
        if (w->kind == WRITE_THANK_YOU)
                apply_thank_you(r, w);
        if (w->kind == WRITE_NOTE)
                apply_note(r, w);
        if (w->kind == WRITE_NOTES_GONE)
                apply_notes_gone(r, w);
        if (w->kind == WRITE_FIRST_STEP)
                r->first_step = w->first_step;
        if (w->kind == WRITE_WALKIN && w->walkin.over) /* one that is not is no test yet */
                apply_walkin(r, &w->walkin.row);
        if (w->kind == WRITE_LOOKS) {
                rig_person_of(r, w->looks.person)->row.looks = w->looks.hours;
                r->shortened = w->looks.now;
        }
        if (w->kind == WRITE_KEEP)
                r->kept = *w;
        if (w->kind == WRITE_REMEMBER)
                r->remembered = w->remember;
        if (w->kind == WRITE_HOUSE)
                r->house = *w->house;
        if (w->kind == WRITE_NOTICE)
                r->notices[r->n_notices++ % ARRAY_LEN(r->notices)] = *w->notice;
        for (uint32_t i = 0; w->kind == WRITE_MANAGER_GONE && i < r->n_managers; i++)
                if (r->managers[i].associate == w->manager_gone.associate)
                        r->managers[i] = r->managers[--r->n_managers];
}
