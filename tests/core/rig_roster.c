/* Who works in the rig's store, and when. */
#include "tests/core/rig.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct associate_row associate(
        uint32_t id, uint32_t store, uint32_t departments, enum role role, const char *first)
{
        struct associate_row a = {
                .id = id, .store = store, .departments = departments, .role = (uint8_t)role, .active = true};
        snprintf(a.first, sizeof(a.first), "%s", first);
        snprintf(a.external, sizeof(a.external), "ext-%u", id);
        return a;
}

static void put_shifts(const struct rig *r, struct roster *roster)
{
        int32_t day = (int32_t)(r->wall / DAY_MS);
        roster->keeps_shifts = r->n_shifts > 0;
        roster->shifts_from = day - 2;
        roster->first_day = day - 15;
        roster->of_day[day - roster->first_day] = r->more_of_day;
        for (uint32_t i = 0; i < r->n_shifts; i++) {
                int32_t begins = (int32_t)(r->shifts[i].begins / DAY_MS);
                if (begins >= roster->first_day && begins < roster->first_day + SHIFTS_DAYS)
                        roster->of_day[begins - roster->first_day]++;
                if (begins >= roster->shifts_from && begins < roster->shifts_from + SHIFTS_LIVE_DAYS)
                        roster->shifts[roster->n_shifts++] = r->shifts[i];
        }
}

struct roster *rig_roster(const struct rig *r)
{
        static union {
                struct roster roster;
                uint8_t room[sizeof(struct roster) + RIG_SHIFTS * sizeof(struct shift_row)];
        } made;
        struct roster *roster = &made.roster;
        memset(&made, 0, sizeof(made));
        roster->store = 1;
        snprintf(roster->store_name, sizeof(roster->store_name), "Downtown");
        memcpy(roster->currency, "EUR", 4);
        snprintf(roster->departments[0], NAME_MAX_BYTES, "Shoes");
        snprintf(roster->departments[1], NAME_MAX_BYTES, "Women");
        roster->associates[0] = associate(MARIA, 1, 1, ROLE_ASSOCIATE, "Maria");
        roster->associates[1] = associate(JONAS, 1, 2, ROLE_ASSOCIATE, "Jonas");
        roster->associates[2] = associate(EVA, 1, 0, ROLE_MANAGER, "Eva");
        roster->associates[3] = associate(PIA, 2, 1, ROLE_ASSOCIATE, "Pia");
        roster->associates[4] = associate(IDA, 1, 1, ROLE_ASSOCIATE, "Ida");
        roster->associates[5] = associate(OLE, 1, 1, ROLE_ASSOCIATE, "Ole");
        roster->associates[6] = associate(TOM, 1, 2, ROLE_TRAINEE, "Tom");
        roster->associates[7] = associate(UTE, 1, 2, ROLE_ASSOCIATE, "Ute");
        roster->n_associates = r->large ? RIG_ASSOCIATES : PIA;
        for (uint32_t i = 0; r->stands_in && i < roster->n_associates; i++)
                if (roster->associates[i].id == MARIA)
                        roster->associates[i].stand_in = r->stands_in;
        for (uint32_t i = 0; i < roster->n_associates; i++) {
                roster->associates[i].practised = r->practised[roster->associates[i].id];
                if (r->roles[roster->associates[i].id])
                        roster->associates[i].role = (uint8_t)(r->roles[roster->associates[i].id] - 1);
        }
        put_shifts(r, roster);
        return roster;
}

void rig_shift(struct rig *r, const struct shift_row *row)
{
        for (uint32_t i = 0; i < r->n_shifts; i++)
                if (r->shifts[i].associate == row->associate && r->shifts[i].kind == row->kind &&
                        r->shifts[i].begins == row->begins)
                        r->shifts[i] = r->shifts[--r->n_shifts];
        assert(r->n_shifts < RIG_SHIFTS);
        if (row->ends)
                r->shifts[r->n_shifts++] = *row;
}

void rig_works(struct rig *r, uint32_t associate, int64_t from, int64_t to)
{
        struct shift_row row = {associate, SHIFT_WORK, RIG_START + from, RIG_START + to};
        rig_shift(r, &row);
}

void rig_rests(struct rig *r, uint32_t associate, int64_t from, int64_t to)
{
        struct shift_row row = {associate, SHIFT_BREAK, RIG_START + from, RIG_START + to};
        rig_shift(r, &row);
}
