/* A scene: a story that the store lives through while everything it does to its folder is recorded, and what
 * must hold after the power failed at any point of it. */
#ifndef TESTS_POWER_SCENE_H
#define TESTS_POWER_SCENE_H

#include "tests/power/trace.h"
#include "tests/store/kit.h"

#define LEDGER_MAX 1024

/* Marks in a trace. */
enum mark {
        MARK_COUNT =
                1, /* from here every call is a point at which the power fails; which = 1, or 0: no more */
        MARK_ACKNOWLEDGED, /* which: the number of what was answered */
        MARK_EPOCH         /* which: the first bytes of the epoch that somebody may have been told */
};

/* What had been acknowledged when the power failed. */
struct ledger {
        bool acknowledged[LEDGER_MAX];
        uint32_t n; /* acknowledged */
        uint64_t epoch;
        bool just_told; /* of the epoch, since the last point */
        bool counting;
};

struct scene {
        const char *kind;   /* of the table: check-in, checkpoint, migration, import */
        const char *detail; /* "from 1", ... or "" */
        uint32_t share;     /* of the wanted points, in percent */
        int version;        /* scene_migration: the schema that is brought up */
        /* Leaves in kit->dir what is there before the story; the store is open before and must be closed
         * after. */
        void (*prepare)(struct kit *kit, const struct scene *scene);
        /* The story, from store_open to store_close. */
        void (*play)(struct kit *kit, const struct scene *scene);
        /* Opens what is left in kit->dir with everything real, compares, goes on working, closes, looks
         * again. Fails with cmocka's asserts. */
        void (*check)(struct kit *kit, const struct scene *scene, const struct ledger *ledger);
};

extern const struct scene scene_check_in, scene_checkpoint, scene_import;
/* One a schema version; 0 is the first start. n is set. */
const struct scene *scene_migrations(size_t *n);

/* ---- what scenes share ---- */

/* Opens kit->dir; fails with the store's own words. */
void scene_open(struct kit *kit);
void scene_close(struct kit *kit);
/* Number n checks in: a guest with a key, session, consents, visit, offer, stream event and disclosure in one
 * group; 0 when it was answered. */
int scene_check_in_one(struct kit *kit, uint32_t n);
/* The same without waiting; scene_answers marks what was answered since and returns how many. */
void scene_submit(struct kit *kit, uint32_t n);
uint32_t scene_answers(struct kit *kit);
/* How many numbers are there, from the live visits, whose sealed words must open; they must be 0..n-1. The
 * epoch is compared with the ledger's, if that has one. Right after scene_open. */
uint32_t scene_visits(struct kit *kit, const struct ledger *ledger, uint32_t besides);
/* With sqlite3 on the closed database: it is whole, each group is complete or absent, sequences have no gap.
 * `guests` numbers must be there. */
void scene_whole(const struct kit *kit, uint32_t guests);
/* One number of one row on the closed database. */
int64_t scene_number(const struct kit *kit, const char *sql);

#endif
