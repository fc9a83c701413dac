/* A journal that was cut or damaged in any place: what is read from it is what was written, up to the damage,
 * and then it is refused. The input says where the file is cut and which bytes are changed. */
#include "server/hub/journal.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define EVENTS      8
#define PATCHES_MAX 8

static const struct message hello = {.type = MESSAGE_HELLO};
static const struct message now = {.type = MESSAGE_NOW};
static struct roster roster = {.store = 1, .store_name = "Downtown", .n_associates = 1};
static struct live_visit_row visit = {.person = 3, .state = 1};
static struct stream_row stream[2] = {{.associate = 1, .seq = 1}, {.associate = 1, .seq = 2}};
static char rules[] = "rulebook none version 1 store * notice none 1\n";
static struct snapshot snapshot = {.roster = &roster,
        .visits = &visit,
        .n_visits = 1,
        .stream = stream,
        .n_stream = 2,
        .has_book = true,
        .book_text = rules,
        .book_len = sizeof rules};
static const struct book_verdict verdict = {
        .row = {.version = 2}, .text = {rules, sizeof rules}, .body = "{}", .len = 2};
static struct dossier *dossier;
static const struct hub_settings settings = {.visits_most = 8};
static struct event events[EVENTS];
static uint8_t *whole, *damaged;
static size_t whole_len, ends[EVENTS + 1]; /* where the head and each record end */
static char path[64];
static int fd;

static size_t size_now(const char *file)
{
        int at = open(file, O_RDONLY | O_CLOEXEC);
        off_t size = lseek(at, 0, SEEK_END);
        MUST(at >= 0 && size > 0 && close(at) == 0);
        return (size_t)size;
}

/* One of each kind that has parts, and one without. */
static void make_events(void)
{
        static const size_t pool = 16;
        dossier = calloc(1, sizeof *dossier + pool);
        MUST(dossier != NULL);
        *dossier = (struct dossier){.size_bytes = (uint32_t)(sizeof *dossier + pool),
                .lines_at = sizeof *dossier,
                .pool_at = sizeof *dossier,
                .pool_size = (uint32_t)pool};
        MUST(dossier_valid(dossier, dossier->size_bytes));
        events[0] = (struct event){.kind = EVENT_START, .start = {&snapshot}};
        events[1] = (struct event){.kind = EVENT_REQUEST, .request = {.request = 5, .message = &now}};
        events[2] = (struct event){.kind = EVENT_LOADED, .loaded = {1, dossier}};
        events[3] = (struct event){.kind = EVENT_PEER_MESSAGE, .peer_message = {2, &hello}};
        events[4] = (struct event){.kind = EVENT_TICK, .mono = 5};
        events[5] = (struct event){.kind = EVENT_LOADED, .loaded = {2, NULL}};
        events[7] = (struct event){.kind = EVENT_VERDICT, .verdict = {7, &verdict}};
        events[6] = (struct event){.kind = EVENT_ROSTER, .roster = {&roster}};
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        char file[128];
        struct journal *j;
        struct journal_error error;
        (void)argc, (void)argv;
        make_events();
        snprintf(file, sizeof file, "%s/journal", fuzz_folder());
        MUST(journal_create(file, &settings, &j, &error) == 0);
        for (size_t i = 0; i < EVENTS; i++) {
                MUST(journal_write(j, &events[i]) == 0);
                ends[i + 1] = size_now(file);
        }
        journal_close(j);
        whole_len = ends[EVENTS];
        whole = malloc(whole_len);
        damaged = malloc(whole_len + 256);
        int from = open(file, O_RDONLY | O_CLOEXEC);
        MUST(whole && damaged && from >= 0 && read(from, whole, whole_len) == (ssize_t)whole_len);
        close(from);
        /* The head is what stands before the first event. */
        while (memcmp(whole + ends[0], &events[0].kind, sizeof events[0].kind) != 0 ||
                ends[0] < sizeof settings)
                ends[0]++;
        fd = memfd_create("journal", MFD_CLOEXEC);
        MUST(fd >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        return 0;
}

static bool same_parts(const struct event *a, const struct event *b)
{
        switch (a->kind) {
        case EVENT_START:
                return memcmp(a->start.snapshot->roster, &roster, sizeof roster) == 0 &&
                       a->start.snapshot->n_visits == 1 && a->start.snapshot->n_stream == 2 &&
                       memcmp(a->start.snapshot->visits, &visit, sizeof visit) == 0 &&
                       memcmp(a->start.snapshot->book_text, rules, sizeof rules) == 0 &&
                       memcmp(a->start.snapshot->stream, stream, sizeof stream) == 0;
        case EVENT_ROSTER:
                return memcmp(a->roster.roster, &roster, sizeof roster) == 0;
        case EVENT_REQUEST:
                return memcmp(a->request.message, &now, sizeof now) == 0;
        case EVENT_PEER_MESSAGE:
                return memcmp(a->peer_message.message, &hello, sizeof hello) == 0;
        case EVENT_LOADED:
                return b->loaded.dossier ? memcmp(a->loaded.dossier, dossier, dossier->size_bytes) == 0
                                         : a->loaded.dossier == NULL;
        case EVENT_VERDICT:
                return memcmp(a->verdict.verdict->text.at, rules, sizeof rules) == 0 &&
                       memcmp(a->verdict.verdict->body, "{}", 2) == 0 && a->verdict.ticket == 7;
        case EVENT_AGENT_MESSAGE:
        case EVENT_PEER_OPENED:
        case EVENT_PEER_READY:
        case EVENT_PEER_CLOSED:
        case EVENT_COMMITTED:
        case EVENT_COMMIT_FAILED:
        case EVENT_LEAK_CHECK:
        case EVENT_MINE:
        case EVENT_PROVED:
        case EVENT_VERIFIED:
        case EVENT_TICK:
                return true;
        }
        return false;
}

/* How many records stand in the file as they were written. */
static size_t intact(size_t len)
{
        size_t n = 0;
        if (len < ends[0] || memcmp(damaged, whole, ends[0]) != 0)
                return 0;
        while (n < EVENTS && ends[n + 1] <= len &&
                memcmp(damaged + ends[n], whole + ends[n], ends[n + 1] - ends[n]) == 0)
                n++;
        return n;
}

static size_t damage(struct feed *feed)
{
        size_t len = whole_len;
        uint8_t how = feed_byte(feed);
        memcpy(damaged, whole, whole_len);
        if (how % 2)
                len -= (size_t)feed_number(feed, 3) % (whole_len + 1);
        for (int i = 0; i < PATCHES_MAX && feed->left > 0; i++) {
                size_t from = ends[feed_byte(feed) % (EVENTS + 1)];
                size_t at = (from + (size_t)feed_number(feed, 2)) % whole_len;
                size_t width = (size_t)1 << feed_byte(feed) % 4;
                uint64_t value = feed_number(feed, width);
                memcpy(damaged + at, &value, width < whole_len - at ? width : whole_len - at);
        }
        if (how % 4 == 2)
                for (; feed->left > 0 && len < whole_len + 256;)
                        damaged[len++] = feed_byte(feed);
        return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        struct hub_settings found;
        struct journal *j;
        struct journal_error error;
        struct event ev;
        size_t size = damage(&feed), good = intact(size), n = 0;
        int more;
        MUST(ftruncate(fd, 0) == 0 && pwrite(fd, damaged, size, 0) == (ssize_t)size);
        if (journal_open(path, &found, &j, &error) != 0) {
                MUST(error.text[0] != '\0');
                MUST(size < ends[0] || memcmp(damaged, whole, ends[0]) != 0);
                return 0;
        }
        while ((more = journal_read(j, &ev)) == 1) {
                MUST(n < good && ev.kind == events[n].kind && same_parts(&ev, &events[n]));
                n++;
        }
        MUST(n == good && (more == 0) == (size == ends[good]));
        journal_close(j);
        return 0;
}
