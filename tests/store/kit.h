/* What the store's tests share: a store in a folder of its own, jobs that wait for their answer, rows to
 * import. */
#ifndef TESTS_STORE_KIT_H
#define TESTS_STORE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/hub/store/import.h"
#include "server/hub/store/store.h"

struct kit {
        char dir[128];
        struct store_options options;
        struct store *store;
        int wake;
        uint64_t tag;
};

/* 2026-03-10 12:00 UTC; the tests' zone is Europe/Paris. */
#define NOW INT64_C(1773144000000)

/* A new folder and an open store in it. With MAITRED_STORE_HELPS=1 in the environment every test's own thread
 * helps the store's, as the hub's loop does (thread.h). */
void kit_open(struct kit *kit);
/* Closes and opens again on the same folder. */
void kit_reopen(struct kit *kit);
/* Closes, if it is open, and removes the folder. */
void kit_close(struct kit *kit);
void kit_remove(const char *dir);
/* Removes what is in it. */
void kit_empty(const char *dir);

/* The answers that are there; helps, if this test does. */
struct store_answer *kit_answers(struct kit *kit);
/* Waits for the answer with this tag; others must not be on their way. */
struct store_answer *kit_wait(struct kit *kit, uint64_t tag);
/* Submits and waits. */
int kit_commit(struct kit *kit, const struct write *writes, uint32_t n);
struct dossier *kit_load(struct kit *kit, const struct effect *load);
char *kit_report(struct kit *kit, enum store_report what, const char *subject, wall_ms now);
/* Imports CSV-like text: one row a line, fields separated by ';', in the kind's order; `at` of a purchase is
 * store-local "YYYY-MM-DD[ HH:MM:SS]". The answer's batch, whose result must be 0. Free with
 * import_batch_free. */
struct import_batch *kit_import(struct kit *kit, enum import_kind kind, wall_ms now, const char *rows);
/* The same, asserting how often each outcome came: new, updated, same, no customer, not kept, rejected. */
void kit_import_counts(struct kit *kit, enum import_kind kind, const char *rows, uint64_t new,
        uint64_t updated, uint64_t same, uint64_t no_customer, uint64_t not_kept, uint64_t rejected);

/* Effects and writes, filled with what every test needs. */
struct effect kit_by_external(const char *external, uint32_t want);
struct effect kit_by_person(uint32_t person, uint32_t want);
struct write kit_consent(uint32_t person, uint8_t category, uint8_t state, uint32_t store, wall_ms at);
struct uuid kit_uuid(void);
struct digest kit_digest(const char *text);

#endif
