/* Managers: who may change what everybody else may see. Their accounts (manager.c) and the sessions of their
 * consoles (console.c). Part of state.h, which includes it. */
#ifndef CORE_MANAGER_H
#define CORE_MANAGER_H

#include "server/core/state.h"

/* What somebody at a console wants to do [P60]. */
enum manager_may {
        MAY_LOOK,   /* a paired console of a manager who works here */
        MAY_CHANGE, /* ... who has a password and a second factor */
        MAY_PUBLISH /* ... and has shown both in this session within five minutes */
};

/* The one question that others ask. Which associate asks (an index), if she may; else NONE, and the request
 * has been refused: 401 `token`, 403 `enrol`, 403 `step_up`. `d`: of a LOAD_BY_TOKEN of this request. It
 * counts as a request of the session. Only for face console: the operator has no session. */
uint32_t manager_may(struct hub *hub, struct pending *p, const struct dossier *d, enum manager_may what);
/* The object of P62 for whoever manager_may() named, under `key` (NULL: the answer itself). */
struct json_out;
void manager_write_me(
        const struct hub *hub, const struct pending *p, struct json_out *j, const char *key, uint32_t who);
bool manager_enrolled(const struct hub *hub, uint32_t index);
bool manager_here(const struct hub *hub, uint32_t index); /* works here, as a manager */

bool managers_create(struct hub *hub);
void managers_destroy(struct hub *hub);
void managers_start(struct hub *hub, const struct snapshot *s);
void managers_roster(struct hub *hub); /* whose role was taken away loses her sessions */
void managers_sweep(struct hub *hub);
void manager_proved(struct hub *hub, const struct event *event);
/* Lets go of what a request held: the account that it tried, and the password. */
void manager_release(struct pending *p);
void manager_again(struct hub *, struct pending *, const struct dossier *);
void manager_enrol_begin(struct hub *, struct pending *);
void manager_enrol(struct hub *, struct pending *);
void manager_sign_in(struct hub *, struct pending *);
void manager_sign_out(struct hub *, struct pending *);
void manager_step_up(struct hub *, struct pending *);
void manager_me(struct hub *, struct pending *);
void operator_managers(struct hub *, struct pending *);
void operator_manager_reset(struct hub *, struct pending *);

/* ---- console.c: sessions ---- */
#define CONSOLES_MOST    128
#define CONSOLE_VALID_MS (12 * HOUR_MS)
#define CONSOLE_IDLE_MS  (30 * MINUTE_MS)
#define STEPPED_UP_MS    (5 * MINUTE_MS)

/* A console's session as long as the hub knows of it: from its first request, over its end, until that is on
 * disk. What is live counts here; the row in the database is where it comes from after a start. */
struct console {
        bool used, ended;
        struct digest token;
        uint32_t associate; /* surrogate */
        mono_ms ends, seen, stepped_up_until;
        wall_ms noted;   /* the `seen` that is on disk, or on its way */
        mono_ms try_end; /* when its end is written again, if it was not */
};

/* The associate (index) behind a console's token, if its session is live: NONE if it has ended, is none, or
 * she no longer manages here. It counts as a request. */
uint32_t console_of(struct hub *hub, const struct digest *token, const struct dossier *d);
struct console *console_find(struct hub *hub, const struct digest *token); /* live; NULL if there is none */
/* A message of its socket is a request, too. */
void console_touch(struct hub *hub, const struct digest *token);
/* A session that has just become durable. */
void console_begun(struct hub *hub, const struct digest *token, uint32_t associate);
/* Ended from this moment: its sockets close with 4401, and the next sweeps see to the disk. */
void console_end(struct hub *hub, struct console *c);
void console_end_all(struct hub *hub, uint32_t associate); /* surrogate */
void consoles_sweep(struct hub *hub);

/* ---- manager.c: accounts ---- */
#define STRANGERS_MOST 64

struct account {
        uint32_t associate; /* surrogate; 0 = free */
        bool enrolled;
        struct manager_try tries;
        struct manager_secret secret;
        int64_t step; /* the newest whose code was used */
        /* while she enrols: */
        mono_ms begun_until;
        struct digest begun_by; /* her console */
        uint8_t begun[MANAGER_TOTP_BYTES];
};

struct stranger {
        uint64_t name; /* keyed digest; 0 = free */
        mono_ms tried;
        struct manager_try tries;
};

struct managers {
        struct account accounts[MANAGERS_MAX];
        struct stranger strangers[STRANGERS_MOST];
        struct console consoles[CONSOLES_MOST];
        mono_ms wrong_until;      /* each wrong try moves it on: see manager.c */
        bool manages[ROSTER_MAX]; /* by index: was a manager here when last looked at */
        bool leaves[ROSTER_MAX];  /* is none any more: her sessions end on disk, too */
        mono_ms leave_at;         /* when that is written (again) */
};

/* NULL: she has none. */
struct account *manager_account(const struct hub *hub, uint32_t associate);
/* ... then an empty one; NULL: there are too many. */
struct account *manager_account_take(struct hub *hub, uint32_t associate);
void manager_not_signed_in(struct hub *hub, struct pending *p);
void manager_load(struct hub *hub, struct pending *p, load_step then); /* the session; 401 without a token */
void manager_answer_me(struct hub *hub, struct pending *p, uint32_t who);

/* ---- tries.c ---- */
void manager_lower(const char *from, char *to, size_t room); /* ASCII letters only */
/* The tries at a name that nobody has; NULL: too many at this moment. */
struct manager_try *manager_stranger(struct hub *hub, const char *name);
/* Takes them for this request; false: closed, or busy, and it was refused. */
bool manager_try_begin(struct hub *hub, struct pending *p, struct manager_try *tries);
/* Has it proved; the message forgets its password. `secret` NULL: nobody's. */
void manager_prove(struct hub *hub, struct pending *p, enum prove_what what,
        const struct manager_secret *secret, const char *password, const char *code, proved_step then);
/* Whether password and code are hers, now; then the code's step is used up, whatever becomes of the commit.
 */
bool manager_right(const struct proved *r, struct account *a);
/* The right password with a code that was used: as after a double tap. Ask before manager_right(). */
bool manager_used_before(const struct proved *r, const struct account *a);
/* Writes what a wrong try costs and refuses. `a` NULL: a name that nobody has. `counts`: it costs anything.
 */
void manager_wrong(struct hub *hub, struct pending *p, const struct account *a, bool counts);
void manager_write_right(struct pending *p, const struct account *a);
void manager_open_again(struct account *a);

#endif
