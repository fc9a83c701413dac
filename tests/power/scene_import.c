/* An import in batches, each of them many commits: what was answered is there, and an import that is run
 * again changes nothing twice. */
#include "tests/power/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS      32
#define BEFORE    15 /* batches of customers that are there: the next block of keys is made at 512 */
#define CUSTOMERS 3  /* batches of the story */
#define PURCHASES 2
#define BATCHES   (CUSTOMERS + PURCHASES)

static void customers(char *out, size_t room, uint32_t batch)
{
        size_t at = 0;
        for (uint32_t i = 0; i < ROWS; i++)
                at += (size_t)snprintf(
                        out + at, room - at, "c%u;Nora%u Lind;;\n", batch * ROWS + i, batch * ROWS + i);
}

static void purchases(char *out, size_t room, uint32_t batch)
{
        size_t at = 0;
        for (uint32_t i = 0; i < ROWS; i++)
                at += (size_t)snprintf(out + at, room - at, "l%u;c%u;;;;;Coats;%u;;1;2026-03-01;;;;;;\n",
                        batch * ROWS + i, (BEFORE * ROWS + batch * ROWS + i) % ((BEFORE + CUSTOMERS) * ROWS),
                        1 + i);
}

/* Batch b of the story. */
static struct import_batch *import(struct kit *kit, uint32_t b)
{
        char rows[ROWS * 80];
        if (b < CUSTOMERS)
                customers(rows, sizeof rows, BEFORE + b);
        else
                purchases(rows, sizeof rows, b - CUSTOMERS);
        return kit_import(kit, b < CUSTOMERS ? IMPORT_CUSTOMERS : IMPORT_PURCHASES, NOW, rows);
}

static void prepare_import(struct kit *kit, const struct scene *scene)
{
        char rows[ROWS * 80];
        (void)scene;
        for (uint32_t b = 0; b < BEFORE; b++) {
                customers(rows, sizeof rows, b);
                import_batch_free(kit_import(kit, IMPORT_CUSTOMERS, NOW, rows));
        }
        scene_close(kit);
        kit->options.import_slice_ms = 1;
}

static void play_import(struct kit *kit, const struct scene *scene)
{
        (void)scene;
        scene_open(kit);
        record_mark(MARK_COUNT, 1);
        for (uint32_t b = 0; b < BATCHES; b++) {
                import_batch_free(import(kit, b));
                record_mark(MARK_ACKNOWLEDGED, b);
        }
        record_mark(MARK_COUNT, 0);
        scene_close(kit);
}

/* Runs the whole import again; `acknowledged` batches change nothing, the others at most what is missing. */
static void again(struct kit *kit, const bool *acknowledged)
{
        for (uint32_t b = 0; b < BATCHES; b++) {
                struct import_batch *batch = import(kit, b);
                uint64_t new = batch->counts[IMPORT_NEW], same = batch->counts[IMPORT_SAME];
                if (new + same != ROWS)
                        fail_msg("batch %u: %d new and %d as they were, of %d rows", b, (int)new, (int)same,
                                ROWS);
                if (acknowledged[b] && new != 0)
                        fail_msg("batch %u was acknowledged, and %d of its rows are lost", b, (int)new);
                import_batch_free(batch);
        }
}

static void readable(struct kit *kit, uint32_t customer)
{
        char external[24], first[24];
        snprintf(external, sizeof external, "c%u", customer);
        snprintf(first, sizeof first, "Nora%u", customer);
        struct effect load = kit_by_external(external, WANT_PERSON);
        struct dossier *d = kit_load(kit, &load);
        if ((d->found & DOSSIER_PERSON) == 0 || strcmp(d->person.first, first) != 0)
                fail_msg("the name of customer %u does not open", customer);
        free(d);
}

static void check_import(struct kit *kit, const struct scene *scene, const struct ledger *ledger)
{
        static const bool all[BATCHES] = {true, true, true, true, true};
        (void)scene;
        kit->options.import_slice_ms = 5;
        scene_open(kit);
        again(kit, ledger->acknowledged);
        again(kit, all);
        for (uint32_t c = (BEFORE - 1) * ROWS; c < (BEFORE + CUSTOMERS) * ROWS; c += 3)
                readable(kit, c);
        assert_int_equal(scene_check_in_one(kit, 0), 0);
        scene_close(kit);
        scene_whole(kit, 1);
        assert_int_equal(scene_number(kit, "SELECT count(*) FROM person WHERE tag IS NOT NULL"),
                (BEFORE + CUSTOMERS) * ROWS);
        assert_int_equal(scene_number(kit, "SELECT count(*) FROM line"), PURCHASES * ROWS);
        assert_int_equal(scene_number(kit, "SELECT count(*) FROM purchase"), PURCHASES * ROWS);
        assert_int_equal(scene_number(kit, "SELECT count(DISTINCT line) FROM purchase"), PURCHASES * ROWS);
}

const struct scene scene_import = {.kind = "import",
        .detail = "",
        .share = 20,
        .prepare = prepare_import,
        .play = play_import,
        .check = check_import};
