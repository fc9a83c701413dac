/* The two ends of finding a hub, each alone: `probe announce NAME PORT ID` publishes until it is ended,
 * `probe discover ID` prints the list of candidates, one line a change, until it is ended. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/discover.h"
#include "server/announce/announce.h"

struct looker {
        uv_loop_t loop;
        uv_signal_t term;
        struct discover *discover;
        const char *id;
};

static void on_change(void *userdata)
{
        struct looker *l = userdata;
        struct discover_candidate list[DISCOVER_MOST];
        size_t n = discover_list(l->discover, l->id, list, DISCOVER_MOST);
        printf("list %zu", n);
        for (size_t i = 0; i < n; i++)
                printf(" %s|%u|%s", list[i].address, list[i].port, list[i].id);
        putchar('\n');
        fflush(stdout);
}

static void on_signal(uv_signal_t *handle, int number)
{
        struct looker *l = handle->data;
        (void)number;
        discover_stop(l->discover);
        uv_close((uv_handle_t *)handle, NULL);
}

static int look(const char *id)
{
        static struct looker l;
        l.id = id;
        uv_loop_init(&l.loop);
        l.discover = discover_start(&l.loop, on_change, &l);
        if (!l.discover)
                return 1;
        uv_signal_init(&l.loop, &l.term);
        l.term.data = &l;
        uv_signal_start(&l.term, on_signal, SIGTERM);
        uv_run(&l.loop, UV_RUN_DEFAULT);
        return uv_loop_close(&l.loop) == 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
        if (argc == 3 && strcmp(argv[1], "discover") == 0)
                return look(argv[2]);
        if (argc == 5 && strcmp(argv[1], "announce") == 0) {
                struct announce_options o = {
                        .name = argv[2], .port = (uint16_t)strtoul(argv[3], NULL, 10), .hub_id = argv[4]};
                return announce_run(&o);
        }
        fprintf(stderr, "usage: probe announce NAME PORT ID | probe discover ID\n");
        return 64;
}
