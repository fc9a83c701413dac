/* The hub is killed with cards open, and everybody comes back at once, as fast as the hub takes them: no page
 * would (each draws its moment from what `welcome` said), so this is the worst that can come. A handheld
 * remembers nothing, as one that was switched off; it is back when its resync is there, and has its cards
 * again when each that was open has come, once. */
#include "tests/bench/load.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define PAUSE_NS (SECOND_NS / 100) /* after a refused connection: nobody listens yet */

bool coming_back;

static struct {
        struct conn **list;
        uint32_t first, n, room;
} down; /* a ring of those that have no line */
static int64_t not_before;

void back_lost(struct conn *c, bool refused)
{
        down.list[(down.first + down.n++) % down.room] = c;
        if (refused)
                not_before = wire_now() + PAUSE_NS;
}

static void open_some(void)
{
        uint32_t all = options.handhelds + PHONES, ready = n_handhelds_ready + n_phones_ready;
        while (down.n > 0 && all - down.n - ready < CONNECTING_MOST && wire_now() >= not_before) {
                struct conn *c = down.list[down.first++ % down.room];
                down.n--;
                wire_open(c);
        }
}

/* Until all of both kinds have a line, or nothing has happened for long. When the first was back goes to
 * *first. */
static bool all_come_back(int64_t *first)
{
        uint32_t before = 0, ready = 0;
        int64_t progress = wire_now();
        while (n_handhelds_ready < options.handhelds || n_phones_ready < PHONES) {
                open_some();
                wire_poll(wire_now() + PAUSE_NS);
                ready = n_handhelds_ready;
                if (ready != before)
                        progress = wire_now();
                if (*first == 0 && ready > 0)
                        *first = wire_now();
                before = ready;
                if (wire_now() - progress > 30 * SECOND_NS)
                        return false;
        }
        return true;
}

static uint32_t cards_missing(void)
{
        uint32_t missing = 0;
        for (uint32_t i = phase_first; i < n_visits; i++)
                missing += visits[i].shown == 0;
        return missing;
}

bool back_measure(void)
{
        uint32_t cards = n_visits - phase_first;
        down.room = options.handhelds + PHONES;
        down.list = calloc(down.room, sizeof *down.list);
        if (down.list == NULL || options.n_watched == 0)
                load_stop("no memory, or nobody to kill");
        coming_back = true;
        for (uint32_t i = 0; i < options.handhelds; i++)
                handhelds[i].open = NONE;
        for (uint32_t i = phase_first; i < n_visits; i++)
                visits[i].shown = 0;
        int64_t began = wire_now(), lost = 0, first = 0, back, until;
        for (uint32_t i = 0; i < options.n_watched; i++)
                kill(options.watched[i], SIGKILL);
        for (until = began + 30 * SECOND_NS; n_handhelds_ready + n_phones_ready > 0 && wire_now() < until;)
                wire_poll(wire_now() + PAUSE_NS);
        lost = wire_now();
        bool ok = all_come_back(&first);
        back = wire_now();
        for (until = back + 30 * SECOND_NS; cards_missing() > 0 && wire_now() < until;)
                wire_poll(wire_now() + PAUSE_NS);
        ok = ok && cards_missing() == 0;
        printf("back n=%" PRIu32 " tls=%d cards=%" PRIu32 " missing=%" PRIu32 " back=%" PRIu32
               " down_s=%.2f first_s=%.2f all_s=%.2f cards_s=%.2f back_per_s=%.0f wrong=%" PRIu32
               " twice=%" PRIu32 " %s\n",
                options.handhelds, options.ca != NULL, cards, cards_missing(), n_handhelds_ready,
                (double)(lost - began) / 1e9, (double)(first - began) / 1e9, (double)(back - began) / 1e9,
                (double)(wire_now() - began) / 1e9,
                (double)options.handhelds / ((double)(back - first) / 1e9 + 1e-9), counts.wrong, counts.twice,
                ok ? "ok" : "missed");
        fflush(stdout);
        coming_back = false;
        free(down.list);
        return ok;
}
