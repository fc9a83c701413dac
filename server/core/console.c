/* Sessions of managers' consoles.
 *
 *   a link (P7) -> PAIRED --+                    +-- step_up, right --> STEPPED UP for 5 min --+
 *                           +--> live <----------+---------------------------------------------+
 *   sign_in (P61) ----------+      |
 *                                  | 12 h after it began, 30 min without a request, sign_out,
 *                                  | her role or her account taken away
 *                                  v
 *                                ENDED: sockets close 4401 --row deleted--> gone
 *
 * Time is the monotonic clock's. After a start a session goes on from its row: `expires`, and `seen` as of
 * its last whole minute of use. An end counts at once and is written until the disk has it, so that no start
 * brings an ended session back. */
#include "server/core/state.h"

#include <string.h>

#define NOTE_EVERY_MS MINUTE_MS
#define AGAIN_MS      (5 * SECOND_MS)

static struct console *find(const struct hub *hub, const struct digest *token)
{
        for (uint32_t i = 0; i < CONSOLES_MOST; i++) {
                struct console *c = &hub->managers->consoles[i];
                if (c->used && memcmp(&c->token, token, sizeof(c->token)) == 0)
                        return c;
        }
        return NULL;
}

bool hub_knows_console(const struct hub *hub, const struct digest *token)
{
        const struct console *c = find(hub, token);
        return c && !c->ended;
}

static bool over(const struct hub *hub, const struct console *c)
{
        mono_ms now = hub->event->mono;
        return now >= c->ends || now - c->seen >= CONSOLE_IDLE_MS;
}

struct console *console_find(struct hub *hub, const struct digest *token)
{
        struct console *c = find(hub, token);
        return c && !c->ended && !over(hub, c) ? c : NULL;
}

void console_touch(struct hub *hub, const struct digest *token)
{
        struct console *c = console_find(hub, token);
        if (c)
                c->seen = hub->event->mono;
}

static struct console *take(struct hub *hub, const struct digest *token, uint32_t associate)
{
        for (uint32_t i = 0; i < CONSOLES_MOST; i++) {
                struct console *c = &hub->managers->consoles[i];
                if (c->used)
                        continue;
                *c = (struct console){.used = true,
                        .token = *token,
                        .associate = associate,
                        .ends = hub->event->mono + CONSOLE_VALID_MS,
                        .seen = hub->event->mono,
                        .noted = hub->event->wall};
                return c;
        }
        return NULL;
}

void console_begun(struct hub *hub, const struct digest *token, uint32_t associate)
{
        take(hub, token,
                associate); /* without room it is taken up with its first request, if there is then */
}

/* A row that is first seen since the start. A clock that was set back makes nothing last longer. */
static struct console *take_row(struct hub *hub, const struct digest *token, const struct session_row *row)
{
        struct console *c = take(hub, token, row->subject);
        if (!c)
                return NULL;
        wall_ms now = hub->event->wall;
        if (row->expires - now < CONSOLE_VALID_MS)
                c->ends = hub->event->mono + (row->expires - now);
        if (row->seen != 0 && row->seen < now)
                c->seen = hub->event->mono - (now - row->seen);
        c->noted = row->seen;
        return c;
}

uint32_t console_of(struct hub *hub, const struct digest *token, const struct dossier *d)
{
        if (!d)
                return NONE; /* it could not be read: that ends nothing */
        bool row = (d->found & DOSSIER_SESSION) && d->session.kind == SESSION_CONSOLE &&
                   d->session.expires > hub->event->wall;
        struct console *c = find(hub, token);
        if (!row) {
                if (c)
                        console_end(hub, c);
                return NONE;
        }
        if (!c)
                c = take_row(hub, token, &d->session);
        if (!c || c->ended)
                return NONE;
        uint32_t who = associate_find(hub, c->associate);
        if (over(hub, c) || !manager_here(hub, who)) {
                console_end(hub, c);
                return NONE;
        }
        c->seen = hub->event->mono;
        return who;
}

void console_end(struct hub *hub, struct console *c)
{
        c->ended = true;
        for (uint32_t i = 0; i < hub->set.peers_most; i++) {
                struct peer *peer = &hub->peers[i];
                if (!peer->used || peer->closing || peer->face != FACE_CONSOLE ||
                        memcmp(&peer->token, &c->token, sizeof(peer->token)) != 0 || !out_room(hub, 1, 0, 0))
                        continue;
                peer->closing = true;
                out_close(hub, peer->id, 4401, "sign in again");
        }
}

void console_end_all(struct hub *hub, uint32_t associate)
{
        for (uint32_t i = 0; i < CONSOLES_MOST; i++) {
                struct console *c = &hub->managers->consoles[i];
                if (c->used && c->associate == associate)
                        console_end(hub, c);
        }
}

static void end_written(struct hub *hub, struct pending *p)
{
        struct console *c = find(hub, &p->token);
        if (c && c->ended)
                c->used = false;
        pending_free(hub, p);
}

static struct pending *inside(struct hub *hub)
{
        struct pending *p = out_room(hub, 2, 2, 0) ? pending_take(hub, FROM_INSIDE) : NULL;
        if (p)
                p->start = pending_free;
        return p;
}

static void write_end(struct hub *hub, struct console *c)
{
        struct pending *p = hub->event->mono >= c->try_end ? inside(hub) : NULL;
        if (!p)
                return;
        c->try_end = hub->event->mono + AGAIN_MS;
        p->token = c->token;
        struct write *w = pending_write(p, WRITE_SESSION_END);
        w->session_end.token = c->token;
        pending_commit(hub, p, end_written);
}

static void note_use(struct hub *hub, struct console *c)
{
        wall_ms seen = hub->event->wall - (hub->event->mono - c->seen);
        if (seen - c->noted < NOTE_EVERY_MS && seen >= c->noted)
                return;
        struct pending *p = inside(hub);
        if (!p)
                return;
        c->noted = seen;
        struct write *w = pending_write(p, WRITE_SESSION_SEEN);
        w->session_seen.token = c->token;
        w->session_seen.at = seen;
        pending_commit(hub, p, NULL);
}

void consoles_sweep(struct hub *hub)
{
        for (uint32_t i = 0; i < CONSOLES_MOST; i++) {
                struct console *c = &hub->managers->consoles[i];
                if (!c->used)
                        continue;
                if (c->ended || over(hub, c))
                        console_end(hub, c); /* again, if a socket could not be told */
                if (c->ended)
                        write_end(hub, c);
                else
                        note_use(hub, c);
        }
}
