#include "server/hub/weekly.h"

#include <stdlib.h>

#include "server/hub/store/numbers.h"

struct waiting {
        uint64_t request;
        uint32_t associate, ticket;
};

struct weekly {
        struct weekly_options o;
        struct numbers *numbers; /* NULL: none of `day` */
        store_day day, counting_day;
        bool counting, failed;
        uint32_t n_waiting;
        struct waiting waiting[WEEKLY_WAITING_MAX];
};

struct weekly *weekly_create(const struct weekly_options *options)
{
        struct weekly *w = calloc(1, sizeof *w);
        if (w)
                w->o = *options;
        return w;
}

void weekly_close(struct weekly *w)
{
        if (!w)
                return;
        numbers_free(w->numbers);
        free(w);
}

int weekly_ask(struct weekly *w, const struct effect *e, wall_ms now, store_day day)
{
        if (w->n_waiting == WEEKLY_WAITING_MAX)
                return 1;
        if (w->numbers && w->day != day) {
                numbers_free(w->numbers);
                w->numbers = NULL;
        }
        if (!w->numbers && !w->counting) {
                if (store_numbers(w->o.store, 0, now) != 0)
                        return 1;
                w->counting = true;
                w->counting_day = day;
        }
        w->waiting[w->n_waiting++] = (struct waiting){.request = e->numbers.request,
                .associate = e->numbers.associate,
                .ticket = e->numbers.ticket};
        return 0;
}

void weekly_counted(struct weekly *w, struct store_answer *answer)
{
        numbers_free(w->numbers);
        w->numbers = answer->numbers;
        answer->numbers = NULL;
        w->day = w->counting_day;
        w->counting = false;
        w->failed = w->numbers == NULL;
}

static void answer(struct weekly *w, const struct waiting *one)
{
        static const struct mine nothing;
        static const char busy[] =
                "{\"error\":\"busy\",\"say\":\"The numbers could not be counted just now.\","
                "\"do\":\"Try again in a moment.\"}";
        const struct mine *mine =
                w->numbers && one->associate ? numbers_mine(w->numbers, one->associate) : NULL;
        if (one->associate)
                w->o.mine(w->o.ctx, one->ticket, mine ? mine : &nothing);
        else if (w->numbers)
                w->o.answer(w->o.ctx, one->request, 200, w->numbers->json, w->numbers->len);
        else
                w->o.answer(w->o.ctx, one->request, 503, busy, sizeof busy - 1);
}

/* What an answer leads to may ask again: that is for the next turn. */
void weekly_turn(struct weekly *w)
{
        struct waiting now[WEEKLY_WAITING_MAX];
        uint32_t n = w->n_waiting;
        if (n == 0 || (!w->numbers && !w->failed))
                return;
        for (uint32_t i = 0; i < n; i++)
                now[i] = w->waiting[i];
        w->n_waiting = 0;
        w->failed = false;
        for (uint32_t i = 0; i < n; i++)
                answer(w, &now[i]);
}
