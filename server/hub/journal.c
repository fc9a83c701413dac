#include "server/hub/journal.h"

#include "proto/forget.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARTS_MAX      11
#define PART_BYTES_MAX (64u * 1024 * 1024)

#define DIGEST_BYTES 16

static const char title[] = "maitred journal 9\n";

struct journal {
        FILE *file;
        void *parts[PARTS_MAX];
        struct snapshot snapshot;
        struct message message;
        struct agent_message agent;
        struct book_verdict verdict;
        struct manager_row managers[MANAGERS_MAX]; /* while one is written: without their secrets, ... */
        struct pin_row pins[ROSTER_MAX];           /* ... and only whether there is one */
        uint8_t digest[DIGEST_BYTES];              /* of the newest record; of the head before the first */
};

struct part {
        const void *bytes;
        size_t len;
};

static void sizes_of(uint32_t sizes[4])
{
        sizes[0] = (uint32_t)sizeof(struct event);
        sizes[1] = (uint32_t)sizeof(struct dossier);
        sizes[2] =
                (uint32_t)(sizeof(struct roster) + sizeof(struct live_visit_row) + sizeof(struct stream_row) +
                           sizeof(struct device_row) + sizeof(struct sensor_row) +
                           sizeof(struct agent_message) + sizeof(struct manager_row) +
                           sizeof(struct pin_row) + sizeof(struct notice_row) + sizeof(struct book_verdict));
        sizes[3] = (uint32_t)sizeof(struct hub_settings);
}

/* ---- digests: each over its record and the digest before it, so that nothing can be changed, left out or
 * moved and still be read. The reader may then trust what it reads as far as it trusts who wrote it. */

static void digest_start(crypto_generichash_state *state, const struct journal *j)
{
        crypto_generichash_init(state, NULL, 0, DIGEST_BYTES);
        crypto_generichash_update(state, j->digest, DIGEST_BYTES);
}

static void digest_part(crypto_generichash_state *state, const void *bytes, uint32_t len)
{
        crypto_generichash_update(state, (const uint8_t *)&len, sizeof(len));
        if (len)
                crypto_generichash_update(state, bytes, len);
}

static void digest_head(struct journal *j, const struct hub_settings *settings)
{
        crypto_generichash(j->digest, DIGEST_BYTES, (const uint8_t *)settings, sizeof(*settings), NULL, 0);
}

int journal_create(const char *path, const struct hub_settings *settings, struct journal **out,
        struct journal_error *error)
{
        uint32_t sizes[4];
        sizes_of(sizes);
        struct journal *j = calloc(1, sizeof(*j));
        int fd = j ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
        j = fd < 0 ? (free(j), NULL) : j;
        if (!j || !(j->file = fdopen(fd, "wb"))) {
                snprintf(error->text, sizeof(error->text),
                        "the journal %s cannot be made (%s); name a new file in a folder that can be written",
                        path, strerror(errno));
                if (fd >= 0)
                        close(fd);
                free(j);
                return -1;
        }
        fwrite(title, 1, sizeof(title) - 1, j->file);
        fwrite(sizes, sizeof(sizes), 1, j->file);
        fwrite(settings, sizeof(*settings), 1, j->file);
        digest_head(j, settings);
        fwrite(j->digest, DIGEST_BYTES, 1, j->file);
        *out = j;
        return 0;
}

int journal_open(
        const char *path, struct hub_settings *settings, struct journal **out, struct journal_error *error)
{
        uint32_t sizes[4], found[4] = {0};
        char head[sizeof(title) - 1] = "";
        uint8_t digest[DIGEST_BYTES] = {0};
        sizes_of(sizes);
        struct journal *j = calloc(1, sizeof(*j));
        if (!j || !(j->file = fopen(path, "rbe"))) {
                snprintf(error->text, sizeof(error->text), "the journal %s cannot be read (%s)", path,
                        strerror(errno));
                free(j);
                return -1;
        }
        bool ok = fread(head, sizeof(head), 1, j->file) == 1 && memcmp(head, title, sizeof(head)) == 0 &&
                  fread(found, sizeof(found), 1, j->file) == 1 && memcmp(found, sizes, sizeof(sizes)) == 0 &&
                  fread(settings, sizeof(*settings), 1, j->file) == 1 &&
                  fread(digest, sizeof(digest), 1, j->file) == 1;
        if (ok)
                digest_head(j, settings);
        if (!ok || memcmp(digest, j->digest, DIGEST_BYTES) != 0) {
                snprintf(error->text, sizeof(error->text),
                        "%s is damaged at its beginning, or no journal of this version of maitred; replay it "
                        "with the program that wrote it",
                        path);
                journal_close(j);
                return -1;
        }
        *out = j;
        return 0;
}

static void drop_parts(struct journal *j)
{
        for (int i = 0; i < PARTS_MAX; i++) {
                free(j->parts[i]);
                j->parts[i] = NULL;
        }
}

void journal_close(struct journal *j)
{
        if (!j)
                return;
        drop_parts(j);
        if (j->file)
                fclose(j->file);
        free(j);
}

/* Passwords, and what managers prove themselves by, are left out: the core decides nothing by them. */
static size_t pack_message(const struct message *m, uint8_t packed[MESSAGE_BINARY_MAX])
{
        struct message kept = *m;
        forget_passwords(&kept);
        return message_pack(&kept, packed);
}

static size_t gather(struct journal *j, const struct event *ev, struct part parts[PARTS_MAX],
        uint8_t packed[MESSAGE_BINARY_MAX])
{
        const struct snapshot *s;
        switch (ev->kind) {
        case EVENT_START:
                s = ev->start.snapshot;
                parts[0] = (struct part){s, sizeof(*s)};
                parts[1] = (struct part){s->roster, roster_size(s->roster)};
                parts[2] = (struct part){s->visits, s->n_visits * sizeof(*s->visits)};
                parts[3] = (struct part){s->stream, s->n_stream * sizeof(*s->stream)};
                parts[4] = (struct part){s->devices, s->n_devices * sizeof(*s->devices)};
                parts[5] = (struct part){s->sensors, s->n_sensors * sizeof(*s->sensors)};
                for (uint32_t i = 0; i < s->n_managers && i < MANAGERS_MAX; i++) {
                        j->managers[i] = s->managers[i];
                        sodium_memzero(&j->managers[i].secret, sizeof(j->managers[i].secret));
                }
                parts[6] = (struct part){j->managers, s->n_managers * sizeof(*s->managers)};
                for (uint32_t i = 0; i < s->n_pins && i < ROSTER_MAX; i++) {
                        j->pins[i] = s->pins[i];
                        memset(j->pins[i].hash, 0, sizeof(j->pins[i].hash));
                        j->pins[i].hash[0] = s->pins[i].hash[0] ? '$' : 0;
                }
                parts[10] = (struct part){j->pins, s->n_pins * sizeof(*s->pins)};
                parts[7] = (struct part){s->notices, s->n_notices * sizeof(*s->notices)};
                parts[8] = (struct part){s->book_text, s->book_len};
                parts[9] = (struct part){s->offers, s->n_offers * sizeof(*s->offers)};
                return 11;
        case EVENT_ROSTER:
                parts[0] = (struct part){ev->roster.roster, roster_size(ev->roster.roster)};
                return 1;
        case EVENT_REQUEST:
                parts[0] = (struct part){packed, pack_message(ev->request.message, packed)};
                return 1;
        case EVENT_PEER_MESSAGE:
                parts[0] = (struct part){packed, pack_message(ev->peer_message.message, packed)};
                return 1;
        case EVENT_AGENT_MESSAGE:
                parts[0] = (struct part){ev->agent_message.message,
                        ev->agent_message.message ? sizeof(*ev->agent_message.message) : 0};
                return 1;
        case EVENT_LOADED:
                parts[0] = (struct part){
                        ev->loaded.dossier, ev->loaded.dossier ? ev->loaded.dossier->size_bytes : 0};
                return 1;
        case EVENT_VERDICT:
                parts[0] = (struct part){ev->verdict.verdict, sizeof(*ev->verdict.verdict)};
                parts[1] = (struct part){ev->verdict.verdict->text.at, ev->verdict.verdict->text.len};
                parts[2] = (struct part){ev->verdict.verdict->body, ev->verdict.verdict->len};
                return 3;
        case EVENT_PEER_OPENED:
        case EVENT_PEER_READY:
        case EVENT_PEER_CLOSED:
        case EVENT_COMMITTED:
        case EVENT_COMMIT_FAILED:
        case EVENT_PROVED:
        case EVENT_VERIFIED:
        case EVENT_LEAK_CHECK:
        case EVENT_MINE:
        case EVENT_TICK:
                return 0;
        }
        return 0;
}

int journal_write(struct journal *j, const struct event *event)
{
        struct part parts[PARTS_MAX];
        uint8_t packed[MESSAGE_BINARY_MAX];
        struct event without;
        size_t n = gather(j, event, parts, packed);
        if (event->kind == EVENT_PROVED) {
                without = *event;
                bool made = without.proved.result.made.hash[0] != 0; /* the core asks that, and no more */
                sodium_memzero(&without.proved.result.made, sizeof(without.proved.result.made));
                without.proved.result.made.hash[0] = made ? '$' : 0;
                event = &without;
        }
        crypto_generichash_state state;
        digest_start(&state, j);
        digest_part(&state, event, sizeof(*event));
        fwrite(event, sizeof(*event), 1, j->file);
        for (size_t i = 0; i < n; i++) {
                uint32_t len = (uint32_t)parts[i].len;
                digest_part(&state, parts[i].bytes, len);
                fwrite(&len, sizeof(len), 1, j->file);
                if (len)
                        fwrite(parts[i].bytes, 1, len, j->file);
        }
        crypto_generichash_final(&state, j->digest, DIGEST_BYTES);
        fwrite(j->digest, DIGEST_BYTES, 1, j->file);
        return fflush(j->file) == 0 && !ferror(j->file) ? 0 : -1;
}

static size_t parts_of(enum event_kind kind)
{
        switch (kind) {
        case EVENT_START:
                return 11;
        case EVENT_VERDICT:
                return 3;
        case EVENT_ROSTER:
        case EVENT_REQUEST:
        case EVENT_PEER_MESSAGE:
        case EVENT_AGENT_MESSAGE:
        case EVENT_LOADED:
                return 1;
        case EVENT_PEER_OPENED:
        case EVENT_PEER_READY:
        case EVENT_PEER_CLOSED:
        case EVENT_COMMITTED:
        case EVENT_COMMIT_FAILED:
        case EVENT_PROVED:
        case EVENT_VERIFIED:
        case EVENT_LEAK_CHECK:
        case EVENT_MINE:
        case EVENT_TICK:
                return 0;
        }
        return PARTS_MAX + 1;
}

static bool roster_whole(const struct roster *roster, size_t len)
{
        return len >= sizeof(*roster) && roster->n_shifts <= SHIFTS_LIVE_MOST && roster_size(roster) == len;
}

/* Points the event at what was read; false if a part is not what its kind needs. */
static bool attach(struct journal *j, struct event *ev, const uint32_t len[PARTS_MAX])
{
        switch (ev->kind) {
        case EVENT_START:
                if (len[0] != sizeof(j->snapshot) || !roster_whole(j->parts[1], len[1]))
                        return false;
                memcpy(&j->snapshot, j->parts[0], sizeof(j->snapshot));
                j->snapshot.roster = j->parts[1];
                j->snapshot.visits = j->parts[2];
                j->snapshot.stream = j->parts[3];
                j->snapshot.devices = j->parts[4];
                j->snapshot.sensors = j->parts[5];
                j->snapshot.managers = j->parts[6];
                j->snapshot.notices = j->parts[7];
                j->snapshot.book_text = j->snapshot.book_len ? j->parts[8] : NULL;
                j->snapshot.offers = j->parts[9];
                j->snapshot.pins = j->parts[10];
                ev->start.snapshot = &j->snapshot;
                return len[8] == j->snapshot.book_len &&
                       len[9] == j->snapshot.n_offers * sizeof(struct offer_row) &&
                       len[2] == j->snapshot.n_visits * sizeof(struct live_visit_row) &&
                       len[3] == j->snapshot.n_stream * sizeof(struct stream_row) &&
                       len[4] == j->snapshot.n_devices * sizeof(struct device_row) &&
                       len[5] == j->snapshot.n_sensors * sizeof(struct sensor_row) &&
                       j->snapshot.n_managers <= MANAGERS_MAX && j->snapshot.n_pins <= ROSTER_MAX &&
                       len[10] == j->snapshot.n_pins * sizeof(struct pin_row) &&
                       len[6] == j->snapshot.n_managers * sizeof(struct manager_row) &&
                       len[7] == j->snapshot.n_notices * sizeof(struct notice_row);
        case EVENT_VERDICT:
                if (len[0] != sizeof(j->verdict))
                        return false;
                memcpy(&j->verdict, j->parts[0], sizeof(j->verdict));
                j->verdict.text.at = j->parts[1];
                j->verdict.body = j->parts[2];
                ev->verdict.verdict = &j->verdict;
                return len[1] == j->verdict.text.len && len[2] == j->verdict.len;
        case EVENT_ROSTER:
                ev->roster.roster = j->parts[0];
                return roster_whole(j->parts[0], len[0]);
        case EVENT_REQUEST:
                ev->request.message = &j->message;
                return message_unpack(j->parts[0], len[0], &j->message) == 0;
        case EVENT_PEER_MESSAGE:
                ev->peer_message.message = &j->message;
                return message_unpack(j->parts[0], len[0], &j->message) == 0;
        case EVENT_AGENT_MESSAGE:
                ev->agent_message.message = len[0] ? &j->agent : NULL;
                if (len[0] == sizeof(j->agent))
                        memcpy(&j->agent, j->parts[0], sizeof(j->agent));
                return len[0] == 0 || (len[0] == sizeof(j->agent) && j->agent.type < AGENT_TYPE_COUNT);
        case EVENT_LOADED:
                ev->loaded.dossier = len[0] ? j->parts[0] : NULL;
                return len[0] == 0 || dossier_valid(j->parts[0], len[0]);
        case EVENT_PEER_OPENED:
        case EVENT_PEER_READY:
        case EVENT_PEER_CLOSED:
        case EVENT_COMMITTED:
        case EVENT_COMMIT_FAILED:
        case EVENT_PROVED:
        case EVENT_VERIFIED:
        case EVENT_LEAK_CHECK:
        case EVENT_MINE:
        case EVENT_TICK:
                return true;
        }
        return false;
}

/* The record's own digest: only then is anything in it looked at, but for the kind and the lengths. */
static bool digest_right(struct journal *j, crypto_generichash_state *state)
{
        uint8_t found[DIGEST_BYTES];
        crypto_generichash_final(state, j->digest, DIGEST_BYTES);
        return fread(found, sizeof(found), 1, j->file) == 1 && memcmp(found, j->digest, DIGEST_BYTES) == 0;
}

int journal_read(struct journal *j, struct event *event)
{
        crypto_generichash_state state;
        drop_parts(j);
        size_t got = fread(event, 1, sizeof(*event), j->file);
        if (got == 0 && feof(j->file))
                return 0;
        size_t n = got == sizeof(*event) ? parts_of(event->kind) : PARTS_MAX + 1;
        if (n > PARTS_MAX)
                return -1;
        digest_start(&state, j);
        digest_part(&state, event, sizeof(*event));
        uint32_t len[PARTS_MAX] = {0};
        for (size_t i = 0; i < n; i++) {
                if (fread(&len[i], sizeof(len[i]), 1, j->file) != 1 || len[i] > PART_BYTES_MAX)
                        return -1;
                j->parts[i] = calloc(1, len[i] + 1);
                if (!j->parts[i] || (len[i] && fread(j->parts[i], len[i], 1, j->file) != 1))
                        return -1;
                digest_part(&state, j->parts[i], len[i]);
        }
        return digest_right(j, &state) && attach(j, event, len) ? 1 : -1;
}
