/* The disk's time: when what was submitted is applied, durable and told, what a full disk refuses, what a
 * crash leaves. */
#include "tests/sim/sim.h"

#include "server/hub/store/sense.h"

#include <stdlib.h>
#include <string.h>

static struct commit *commit_at(struct world *w, uint64_t n)
{
        return &w->commits[n % COMMITS_KEPT];
}

static int64_t not_before(int64_t *last, int64_t at)
{
        *last = at > *last ? at : *last;
        return *last;
}

static void submit(struct world *w, const struct effects *out, const struct effect *e)
{
        if (w->submitted - w->announced >= COMMITS_KEPT) {
                world_fails(w, "more than %d commits are on their way at once", COMMITS_KEPT);
                return;
        }
        struct commit *c = commit_at(w, w->submitted++);
        c->ticket = e->commit.ticket;
        c->n = e->commit.n;
        c->failed = false;
        if (c->n == 0 || c->n > WRITES_MAX) {
                world_fails(w, "a commit of %u writes", c->n);
                return;
        }
        memcpy(c->writes, out->writes + e->commit.first, c->n * sizeof(c->writes[0]));
        for (uint32_t i = 0; i < c->n; i++)
                if (c->writes[i].kind == WRITE_DISCLOSURE) {
                        memcpy(c->card, c->writes[i].disclosure.card, sizeof(c->card));
                        c->writes[i].disclosure.card = c->card;
                }
        check_submitted(w, c);
        bool slow = world_fault(w, FAULT_SLOW, 20);
        int64_t apply =
                not_before(&w->apply_at, w->now + (slow ? world_idle(w, 0, 4000) : world_idle(w, 0, 2)));
        int64_t flush =
                not_before(&w->flush_at, apply + (slow ? world_idle(w, 0, 4000) : world_idle(w, 1, 6)));
        int64_t told = not_before(&w->told_at, flush + world_idle(w, 0, slow ? 500 : 1));
        world_put(w, apply - w->now, ITEM_APPLY, 0, 0, NULL);
        world_put(w, flush - w->now, ITEM_FLUSH, 0, 0, NULL);
        world_put(w, told - w->now, ITEM_TOLD, 0, 0, NULL);
}

static void ask_load(struct world *w, const struct effect *e)
{
        struct effect *copy = malloc(sizeof(*copy));
        if (!copy)
                exit(2);
        *copy = *e;
        w->loads++;
        bool slow = world_fault(w, FAULT_SLOW, 20);
        world_put(w, slow ? world_idle(w, 0, 3000) : world_idle(w, 0, 1), ITEM_READ, 0, 0, copy);
}

void storage_effect(struct world *w, const struct effects *out, const struct effect *e)
{
        if (e->kind == EFFECT_COMMIT)
                submit(w, out, e);
        else
                ask_load(w, e);
}

static const char *apply_all(struct table *t, const struct commit *c, int64_t now)
{
        const char *wrong = NULL;
        for (uint32_t i = 0; i < c->n && !wrong; i++)
                if (c->writes[i].kind != WRITE_OFFER)
                        wrong = table_apply(t, &c->writes[i], now);
        for (uint32_t i = 0; i < c->n && !wrong; i++)
                if (c->writes[i].kind == WRITE_OFFER)
                        wrong = table_apply(t, &c->writes[i], now);
        return wrong;
}

static void apply(struct world *w)
{
        struct commit *c = commit_at(w, w->applied++);
        bool refused = w->full && sense_of(c->writes, c->n) != SENSE_TAKES_BACK;
        c->failed = refused || world_fault(w, FAULT_FULL, 10);
        if (c->failed)
                return;
        const char *wrong = apply_all(w->seen, c, w->now);
        if (wrong)
                world_fails(w, "the disk: %s", wrong);
        else
                check_applied(w, c);
}

static void tell(struct world *w)
{
        struct commit *c = commit_at(w, w->announced++);
        struct event ev = {.kind = c->failed ? EVENT_COMMIT_FAILED : EVENT_COMMITTED};
        ev.committed.ticket = c->ticket;
        for (uint32_t i = 0; i < c->n && !c->failed; i++)
                if (c->writes[i].kind == WRITE_STREAM)
                        table_stream(&w->told[c->writes[i].stream.row.associate], &c->writes[i].stream.row);
        world_step(w, &ev);
}

static void read_now(struct world *w, struct item *it)
{
        const struct effect *e = it->what;
        struct dossier *d = world_fault(w, FAULT_READS, 15) ? NULL : table_load(w->seen, e);
        bool slow = world_fault(w, FAULT_SLOW, 20);
        world_put(w, slow ? world_idle(w, 0, 3000) : world_idle(w, 0, 1), ITEM_LOADED, e->load.ticket,
                d == NULL, d);
}

void storage_item(struct world *w, struct item *it)
{
        if (it->life != w->life || !w->hub)
                return;
        if (it->kind == ITEM_APPLY) {
                apply(w);
        } else if (it->kind == ITEM_FLUSH) {
                struct commit *c = commit_at(w, w->flushed++);
                if (!c->failed)
                        apply_all(w->safe, c, w->now);
        } else if (it->kind == ITEM_TOLD) {
                tell(w);
        } else if (it->kind == ITEM_READ) {
                read_now(w, it);
        } else {
                struct event ev = {.kind = EVENT_LOADED, .loaded = {it->who, it->what}};
                w->loads--;
                world_step(w, &ev);
        }
}

/* Of what was applied and not yet durable some may have reached the disk all the same: the first of it, never
 * the later without the earlier. */
void storage_crash(struct world *w)
{
        uint64_t kept = w->flushed + chance_below(&w->chance, (uint32_t)(w->applied - w->flushed) + 1);
        for (uint64_t i = w->flushed; i < kept; i++)
                if (!commit_at(w, i)->failed)
                        apply_all(w->safe, commit_at(w, i), w->now);
        world_notes(w, "of %u commits on their way %u are kept", (unsigned)(w->submitted - w->announced),
                (unsigned)(kept - w->announced));
        w->applied = w->flushed = w->announced = w->submitted;
        w->apply_at = w->flush_at = w->told_at = 0;
        w->loads = 0;
        table_copy(w->seen, w->safe);
        memcpy(w->told, w->safe->streams, (ASSOCIATES_MOST + 1) * sizeof(*w->told));
}
