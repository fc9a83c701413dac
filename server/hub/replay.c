/* Replays a journal: the same events through a new core, its trace and its cards to files. */
#include "server/hub/loop.h"

#include "server/core/trace.h"
#include "server/hub/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>

static int write_all(FILE *file, const char *bytes, size_t len)
{
        return !file || fwrite(bytes, 1, len, file) == len ? 0 : -1;
}

static int replay(struct journal *journal, struct hub *hub, FILE *trace, FILE *cards)
{
        static char text[TRACE_MAX];
        static struct effects effects;
        struct event event;
        int more, result = 0;
        while ((more = journal_read(journal, &event)) == 1 && result == 0) {
                hub_step(hub, &event, &effects);
                result = write_all(trace, text, trace_step(&event, &effects, text, sizeof(text)));
                for (uint32_t i = 0; i < effects.n && result == 0; i++)
                        if (effects.list[i].kind == EFFECT_PUSH)
                                result = write_all(
                                        cards, effects.list[i].push.frame, effects.list[i].push.len);
        }
        if (more < 0)
                fprintf(stderr,
                        "maitred: the journal is cut or damaged; what came before that was replayed\n");
        if (result != 0)
                fprintf(stderr, "maitred: the trace or the cards could not be written (%s)\n",
                        strerror(errno));
        return more < 0 || result != 0 ? 1 : 0;
}

int loop_replay(const char *path, const char *trace_path, const char *cards_path)
{
        struct hub_settings settings;
        struct journal_error error;
        struct journal *journal;
        if (journal_open(path, &settings, &journal, &error) != 0) {
                fprintf(stderr, "maitred: %s\n", error.text);
                return 1;
        }
        FILE *trace = trace_path ? fopen(trace_path, "wxe") : stdout;
        FILE *cards = cards_path ? fopen(cards_path, "wxe") : NULL;
        struct rulebook *book = rulebook_balanced();
        struct hub *hub = hub_create(&settings, book);
        int result = 1;
        if (!trace || (cards_path && !cards))
                fprintf(stderr, "maitred: the trace or the cards file cannot be made (%s); name new files\n",
                        strerror(errno));
        else if (!hub)
                fprintf(stderr, "maitred: not enough memory\n");
        else
                result = replay(journal, hub, trace, cards);
        if (cards && fclose(cards) != 0)
                result = 1;
        if (trace && trace != stdout && fclose(trace) != 0)
                result = 1;
        hub_destroy(hub);
        rulebook_destroy(book);
        journal_close(journal);
        return result;
}
