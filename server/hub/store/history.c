#include "server/hub/store/history.h"

#include <stdlib.h>
#include <string.h>

#define POOL_FIRST 16384

int history_init(struct history_room *room)
{
        memset(room, 0, sizeof *room);
        room->lines = calloc(DOSSIER_LINES_MAX, sizeof *room->lines);
        room->sessions = calloc(SESSIONS_LISTED_MAX, sizeof *room->sessions);
        room->pool = malloc(POOL_FIRST);
        room->pool_room = POOL_FIRST;
        if (room->lines == NULL || room->sessions == NULL || room->pool == NULL) {
                history_finish(room);
                return -1;
        }
        history_clear(room);
        return 0;
}

void history_finish(struct history_room *room)
{
        free(room->lines);
        free(room->sessions);
        free(room->pool);
        memset(room, 0, sizeof *room);
}

void history_clear(struct history_room *room)
{
        memset(&room->head, 0, sizeof room->head);
        room->pool[0] = 0;
        room->pool_size = 1;
        room->generation++;
        room->n_slots = 0;
        room->failed = false;
}

static uint32_t hash(struct slice text)
{
        uint32_t h = 2166136261u;
        for (size_t i = 0; i < text.len; i++)
                h = (h ^ (unsigned char)text.at[i]) * 16777619u;
        return h ^ (h >> 15);
}

static pooled append(struct history_room *room, struct slice text)
{
        uint64_t need = (uint64_t)room->pool_size + text.len + 1;
        if (need > room->pool_room) {
                uint64_t size = room->pool_room * UINT64_C(2);
                while (size < need)
                        size *= 2;
                char *more = size <= UINT32_MAX / 2 ? realloc(room->pool, size) : NULL;
                if (more == NULL) {
                        room->failed = true;
                        return 0;
                }
                room->pool = more;
                room->pool_room = (uint32_t)size;
        }
        pooled at = room->pool_size;
        memcpy(room->pool + at, text.at, text.len);
        room->pool[at + text.len] = 0;
        room->pool_size = (uint32_t)need;
        return at;
}

pooled history_text(struct history_room *room, struct slice text)
{
        if (text.len == 0 || room->failed)
                return 0;
        for (uint32_t i = hash(text) % HISTORY_SLOTS;; i = (i + 1) % HISTORY_SLOTS) {
                if (room->slots[i].generation != room->generation) {
                        pooled at = append(room, text);
                        /* A full index only costs space: what finds no slot is kept twice. */
                        if (at != 0 && room->n_slots < HISTORY_SLOTS / 2) {
                                room->slots[i].generation = room->generation;
                                room->slots[i].at = at;
                                room->n_slots++;
                        }
                        return at;
                }
                const char *have = room->pool + room->slots[i].at;
                if (strlen(have) == text.len && memcmp(have, text.at, text.len) == 0)
                        return room->slots[i].at;
        }
}

struct dossier *history_blob(struct history_room *room)
{
        struct dossier *head = &room->head;
        size_t lines = (size_t)head->n_lines * sizeof(struct purchase);
        size_t sessions = (size_t)head->n_sessions * sizeof(struct session_listed);
        /* The lines come first behind the head, so that they keep the struct's alignment; then the sessions.
         */
        _Static_assert(sizeof(struct dossier) % _Alignof(struct purchase) == 0, "lines follow the head");
        _Static_assert(sizeof(struct dossier) % _Alignof(struct session_listed) == 0 &&
                               sizeof(struct purchase) % _Alignof(struct session_listed) == 0,
                "sessions follow them");
        size_t size = sizeof *head + lines + sessions + room->pool_size;
        if (room->failed)
                return NULL;
        char *blob = malloc(size);
        if (blob == NULL)
                return NULL;
        head->size_bytes = (uint32_t)size;
        head->lines_at = sizeof *head;
        head->sessions_at = (uint32_t)(sizeof *head + lines);
        head->pool_at = (uint32_t)(sizeof *head + lines + sessions);
        head->pool_size = room->pool_size;
        memcpy(blob, head, sizeof *head);
        memcpy(blob + head->lines_at, room->lines, lines);
        memcpy(blob + head->sessions_at, room->sessions, sessions);
        memcpy(blob + head->pool_at, room->pool, room->pool_size);
        return (struct dossier *)(void *)blob;
}
