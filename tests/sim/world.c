#include "tests/sim/sim.h"

#include "server/core/trace.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plan_of_seed(uint64_t seed, struct plan *out)
{
        struct chance c = {seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
        static const uint32_t sizes[] = {1, 2, 3, 6, 12, 24, 48};
        *out = (struct plan){.seed = seed,
                .customers = sizes[chance_below(&c, 7)],
                .associates = 2 + chance_below(&c, 8),
                .storm_ms = chance_from(&c, 10, 60) * MINUTE_MS,
                .calm_ms = 20 * MINUTE_MS,
                .hours = chance_of(&c, 20),
                .release_tick_ms = chance_of(&c, 10) ? 250 : 0};
        /* Every fault in half of the runs, alone or with others; a tenth has none. */
        static const uint32_t budgets[] = {0, 0, 3, 10, 30};
        out->shifts = chance_of(&c, 50);
        out->most_per_hour = budgets[chance_below(&c, 5)];
        out->faults = chance_of(&c, 10) ? 0 : (uint32_t)(chance_next(&c) & FAULT_ALL);
}

/* ---- the heap ---- */
static bool sooner(const struct item *a, const struct item *b)
{
        return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void world_put(struct world *w, int64_t in_ms, enum item_kind kind, uint32_t who, uint64_t extra, void *what)
{
        if (w->n_heap == w->room_heap) {
                w->room_heap = w->room_heap ? 2 * w->room_heap : 1024;
                w->heap = realloc(w->heap, w->room_heap * sizeof(*w->heap));
                if (!w->heap)
                        exit(2);
        }
        struct item it = {w->now + (in_ms < 0 ? 0 : in_ms), ++w->order, kind, who, w->life, extra, what};
        uint32_t at = w->n_heap++;
        for (; at > 0 && sooner(&it, &w->heap[(at - 1) / 2]); at = (at - 1) / 2)
                w->heap[at] = w->heap[(at - 1) / 2];
        w->heap[at] = it;
}

static struct item take_item(struct world *w)
{
        struct item first = w->heap[0], last = w->heap[--w->n_heap];
        uint32_t at = 0;
        while (2 * at + 1 < w->n_heap) {
                uint32_t child = 2 * at + 1;
                if (child + 1 < w->n_heap && sooner(&w->heap[child + 1], &w->heap[child]))
                        child++;
                if (!sooner(&w->heap[child], &last))
                        break;
                w->heap[at] = w->heap[child];
                at = child;
        }
        if (w->n_heap)
                w->heap[at] = last;
        return first;
}

/* ---- small things ---- */
wall_ms world_wall(const struct world *w)
{
        return SIM_START + w->now + w->wall_offset;
}

static int64_t local_of(const struct world *w)
{
        return world_wall(w) + w->zone_min * MINUTE_MS;
}

store_day world_day(const struct world *w)
{
        return (store_day)(local_of(w) / DAY_MS);
}

int64_t world_idle(struct world *w, int64_t least, int64_t most)
{
        return chance_from(&w->chance, least, most);
}

bool world_fault(struct world *w, enum fault fault, uint32_t per_mille)
{
        return w->storm && (w->plan.faults & (uint32_t)fault) && chance_below(&w->chance, 1000) < per_mille;
}

void door_key_of(uint8_t out[32])
{
        memcpy(out, "the door key of a simulated shop", 32);
}

void digest_of_bytes(const void *bytes, size_t len, struct digest *out)
{
        crypto_generichash(out->b, sizeof(out->b), bytes, len, NULL, 0);
}

void world_fails(struct world *w, const char *format, ...)
{
        va_list list;
        if (w->failed)
                return;
        w->failed = true;
        va_start(list, format);
        vsnprintf(w->why, sizeof(w->why), format, list);
        va_end(list);
}

void world_notes(struct world *w, const char *format, ...)
{
        va_list list;
        if (w->numbers.steps < w->trace_from)
                return;
        va_start(list, format);
        printf("%" PRId64 " -- ", w->now);
        vprintf(format, list);
        printf("\n");
        va_end(list);
}

/* ---- the core ---- */
static bool begins(enum event_kind kind)
{
        return kind == EVENT_REQUEST || kind == EVENT_PEER_MESSAGE || kind == EVENT_TICK ||
               kind == EVENT_COMMITTED;
}

static void carry_out(struct world *w, const struct effects *out)
{
        for (uint32_t i = 0; i < out->n && !w->failed; i++) {
                const struct effect *e = &out->list[i];
                switch (e->kind) {
                case EFFECT_LOAD:
                case EFFECT_COMMIT:
                        storage_effect(w, out, e);
                        break;
                case EFFECT_ANSWER:
                        phones_answer(w, e);
                        break;
                case EFFECT_PUSH:
                        if (!agents_push(w, e))
                                floor_push(w, e);
                        break;
                case EFFECT_CLOSE:
                        if (!agents_close(w, e->close.peer))
                                floor_close(w, e);
                        break;
                case EFFECT_ROSTER:
                        world_put(w, world_idle(w, 1, 200), ITEM_ROSTER, 0, 0, NULL);
                        break;
                case EFFECT_FIRST:
                case EFFECT_NUMBERS:
                case EFFECT_SHIFTS:
                case EFFECT_RECEIPT:
                case EFFECT_HOUSE:
                case EFFECT_PROVE:
                case EFFECT_VERIFY:
                case EFFECT_LAB:
                case EFFECT_BOOK:
                        world_fails(w, "nobody asked for effect %d", (int)e->kind);
                        break;
                }
        }
}

void world_step(struct world *w, struct event *ev)
{
        static char text[TRACE_MAX];
        if (!w->hub || w->failed)
                return;
        ev->mono = w->mono_base + w->now;
        ev->wall = world_wall(w);
        ev->day = world_day(w);
        ev->day_minute = (int32_t)(local_of(w) / MINUTE_MS % 1440);
        if (begins(ev->kind))
                chance_fill(&w->fresh, &ev->fresh, sizeof(ev->fresh));
        hub_step(w->hub, ev, w->effects);
        w->numbers.steps++;
        if (w->numbers.steps >= w->trace_from) {
                size_t len = trace_step(ev, w->effects, text, sizeof(text));
                printf("#%" PRIu64 " at %" PRId64 ": %.*s", w->numbers.steps, w->now, (int)len, text);
        }
        carry_out(w, w->effects);
        if (!w->failed)
                check_step(w);
}

static void start_hub(struct world *w)
{
        w->life++;
        w->started = w->now;
        w->mono_base = chance_from(&w->chance, 0, INT64_C(1) << 40) - w->now;
        w->hub = hub_create(&w->settings, w->book);
        if (!w->hub)
                exit(2);
        house_roster(w);
        table_snapshot(w->safe, w->roster, world_day(w), world_wall(w), w->saved);
        door_key_of(w->saved->snapshot.door_key);
        struct event ev = {.kind = EVENT_START, .start = {&w->saved->snapshot}};
        world_notes(w, "the hub starts for the %u. time", w->life);
        world_step(w, &ev);
        floor_restarted(w);
        agents_restarted_all(w);
        phones_restarted(w);
}

static void crash(struct world *w)
{
        if (!w->hub)
                return;
        world_notes(w, "the hub is killed");
        hub_destroy(w->hub);
        w->hub = NULL;
        w->numbers.crashes++;
        storage_crash(w);
        for (uint32_t i = 0; i < CONNS_MOST; i++)
                w->conns[i].used = false;
        int64_t down = chance_of(&w->chance, 80) ? world_idle(w, 50, 2000) : world_idle(w, 2000, 180000);
        world_put(w, down, ITEM_START, 0, 0, NULL);
}

/* The deadline that the core has asked for; a hub in a hurry gets its ticks, but time goes on. */
static int64_t next_tick(struct world *w)
{
        if (!w->hub)
                return INT64_MAX;
        mono_ms due = hub_deadline(w->hub);
        if (due == INT64_MAX)
                return INT64_MAX;
        if (due > w->mono_base + w->now)
                return due - w->mono_base;
        return w->spun_at == w->now && w->spins > 3 ? w->now + 1 : w->now;
}

static void tick(struct world *w, int64_t at)
{
        struct event ev = {.kind = EVENT_TICK};
        if (at > w->now)
                w->now = at;
        w->spins = w->spun_at == w->now ? w->spins + 1 : 0;
        w->spun_at = w->now;
        world_step(w, &ev);
}

static void jump(struct world *w)
{
        static const int64_t by[] = {SECOND_MS, HOUR_MS, DAY_MS, 90 * SECOND_MS, 10 * MINUTE_MS};
        int64_t ms = by[chance_below(&w->chance, ARRAY_LEN(by))];
        if (chance_of(&w->chance, 20))
                w->zone_min = w->zone_min == 60 ? 120 : 60; /* the clocks are changed, not the time */
        else
                w->wall_offset += chance_of(&w->chance, 50) ? ms : -ms;
        w->jumps++;
        world_notes(w, "the wall clock jumps to %" PRId64 ", the zone is %d min", world_wall(w), w->zone_min);
}

static void fault_item(struct world *w, const struct item *it)
{
        if (it->kind == ITEM_START) {
                start_hub(w);
                return;
        }
        if (!w->storm)
                return;
        if (it->kind == ITEM_CRASH) {
                crash(w);
                world_put(w, world_idle(w, 5, 600) * SECOND_MS, ITEM_CRASH, 0, 0, NULL);
        } else if (it->kind == ITEM_DISK_FULL) {
                w->full = true;
                world_notes(w, "the disk is full");
                world_put(w, world_idle(w, 1, 120) * SECOND_MS, ITEM_DISK_FREE, 0, 0, NULL);
        } else if (it->kind == ITEM_DISK_FREE) {
                w->full = false;
                world_notes(w, "the disk has room again");
                world_put(w, world_idle(w, 10, 600) * SECOND_MS, ITEM_DISK_FULL, 0, 0, NULL);
        } else {
                jump(w);
                world_put(w, world_idle(w, 20, 900) * SECOND_MS, ITEM_CLOCK, 0, 0, NULL);
        }
}

static void do_item(struct world *w, struct item *it)
{
        switch (it->kind) {
        case ITEM_APPLY:
        case ITEM_FLUSH:
        case ITEM_TOLD:
        case ITEM_READ:
        case ITEM_LOADED:
                storage_item(w, it);
                break;
        case ITEM_READY:
        case ITEM_FRAME:
        case ITEM_CLOSED:
        case ITEM_CONNECT:
        case ITEM_DROP:
        case ITEM_SAYS:
        case ITEM_ACT:
        case ITEM_SPY:
                floor_item(w, it);
                break;
        case ITEM_THINK:
        case ITEM_ASKS:
        case ITEM_RETRY:
                phones_item(w, it);
                break;
        case ITEM_CRASH:
        case ITEM_START:
        case ITEM_DISK_FULL:
        case ITEM_DISK_FREE:
        case ITEM_CLOCK:
                fault_item(w, it);
                break;
        case ITEM_AGENT:
        case ITEM_AGENT_SAYS:
        case ITEM_AGENT_FRAME:
                agents_item(w, it);
                break;
        case ITEM_ROSTER:
                house_item(w, it);
                break;
        case ITEM_KINDS:
                break;
        }
        free(it->what);
}

static void run_until(struct world *w, int64_t end)
{
        while (!w->failed) {
                int64_t due = next_tick(w), item = w->n_heap ? w->heap[0].at : INT64_MAX;
                if ((due < item ? due : item) > end)
                        break;
                if (due < item) {
                        tick(w, due);
                        continue;
                }
                struct item it = take_item(w);
                w->now = it.at;
                do_item(w, &it);
        }
        if (!w->failed && w->now < end)
                w->now = end;
}

bool world_run(struct world *w)
{
        w->storm = true;
        start_hub(w);
        run_until(w, w->plan.storm_ms);
        w->storm = false;
        w->full = false;
        w->calm_from = w->now;
        world_notes(w, "from here on nothing breaks");
        run_until(w, w->plan.storm_ms + w->plan.calm_ms);
        if (!w->failed)
                check_end(w);
        return !w->failed;
}

struct world *world_make(const struct plan *plan)
{
        struct world *w = calloc(1, sizeof(*w));
        if (!w)
                exit(2);
        w->plan = *plan;
        w->chance.state = plan->seed;
        w->fresh.state = ~plan->seed;
        w->zone_min = 60;
        w->trace_from = UINT64_MAX;
        w->seen = table_make();
        w->safe = table_make();
        w->told = calloc(ASSOCIATES_MOST + 1, sizeof(*w->told));
        w->commits = calloc(COMMITS_KEPT, sizeof(*w->commits));
        w->customers = calloc(plan->customers, sizeof(*w->customers));
        w->effects = calloc(1, sizeof(*w->effects));
        w->saved = calloc(1, sizeof(*w->saved));
        if (!w->told || !w->commits || !w->customers || !w->effects || !w->saved)
                exit(2);
        house_make(w);
        phones_make(w);
        floor_make(w);
        agents_make(w);
        table_copy(w->safe, w->seen);
        house_faults(w);
        return w;
}

void world_free(struct world *w)
{
        hub_destroy(w->hub);
        rulebook_destroy(w->book);
        for (uint32_t i = 0; i < w->n_heap; i++)
                free(w->heap[i].what);
        agents_free(w);
        free(w->heap);
        free(w->roster);
        free(w->seen);
        free(w->safe);
        free(w->told);
        free(w->commits);
        free(w->customers);
        free(w->effects);
        free(w->saved);
        free(w);
}
