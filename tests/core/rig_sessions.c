/* What the rig's store does with sessions: keeps them, ends them, lists those of devices. */
#include "tests/core/rig.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool same(const struct digest *a, const struct digest *b)
{
        return memcmp(a, b, sizeof(*a)) == 0;
}

static void apply_session(struct rig *r, const struct write *w)
{
        uint32_t i = 0;
        while (i < r->n_sessions && !same(&r->sessions[i].token, &w->session.token))
                i++;
        assert(i < RIG_SESSIONS);
        r->n_sessions += i == r->n_sessions;
        r->sessions[i].token = w->session.token;
        r->sessions[i].row = w->session.row;
        r->sessions[i].own_key = w->session.own_key;
        snprintf(r->sessions[i].label, sizeof(r->sessions[i].label), "%s", w->session.label);
}

/* An associate's end takes the links with it that nobody has opened yet, but where it is of consoles only. */
static void apply_end(struct rig *r, const struct write *w)
{
        uint32_t associate = w->session_end.associate;
        bool bare = w->session_end.handhelds_only, all = associate && !w->session_end.consoles_only && !bare;
        for (uint32_t i = 0; i < r->n_sessions; i++) {
                const struct session_row *row = &r->sessions[i].row;
                bool hers = row->subject == associate &&
                            ((!bare && row->kind == SESSION_CONSOLE) ||
                                    ((all || bare) && row->kind == SESSION_HANDHELD));
                bool this_one = same(&r->sessions[i].token, &w->session_end.token);
                if (row->kind != SESSION_PHONE && (associate ? hers : this_one))
                        r->sessions[i].row = (struct session_row){0};
        }
        for (uint32_t i = 0; all && i < r->n_links; i++)
                if (r->links[i].row.associate == associate && !r->links[i].row.used &&
                        (r->links[i].row.kind == LINK_HANDHELD || r->links[i].row.kind == LINK_CONSOLE))
                        r->links[i].row.kind = 0;
}

void rig_apply_session(struct rig *r, const struct write *w)
{
        if (w->kind == WRITE_SESSION)
                apply_session(r, w);
        if (w->kind == WRITE_SESSION_END)
                apply_end(r, w);
        for (uint32_t i = 0; w->kind == WRITE_SESSION_SEEN && i < r->n_sessions; i++)
                if (same(&r->sessions[i].token, &w->session_seen.token))
                        r->sessions[i].row.seen = r->seen_noted = w->session_seen.at;
}

void rig_find_session(const struct rig *r, const struct effect *e, struct dossier *d)
{
        for (uint32_t i = 0; i < r->n_sessions; i++)
                if (r->sessions[i].row.kind && same(&r->sessions[i].token, &e->load.key)) {
                        d->found |= DOSSIER_SESSION;
                        d->session = r->sessions[i].row;
                        d->own_key = r->sessions[i].own_key;
                }
}

void rig_list_sessions(const struct rig *r, const struct effect *e, struct dossier *d)
{
        struct session_listed *list = (struct session_listed *)(void *)((char *)d + d->sessions_at);
        for (uint32_t i = 0; i < r->n_sessions; i++) {
                const struct session_row *row = &r->sessions[i].row;
                bool meant = row->kind > SESSION_PHONE && row->expires > e->load.now &&
                             (e->load.kinds >> row->kind & 1) &&
                             (e->load.associate == 0 || e->load.associate == row->subject) &&
                             memcmp(&r->sessions[i].token, &e->load.key, e->load.key_bytes) == 0;
                if (!meant)
                        continue;
                list[d->n_sessions] = (struct session_listed){
                        .token = r->sessions[i].token, .row = *row, .keyed = r->sessions[i].own_key.known};
                snprintf(list[d->n_sessions++].label, sizeof(list->label), "%s", r->sessions[i].label);
        }
        d->found |= DOSSIER_SESSIONS;
}
