/* Notes on disk: only where she allows them, the newest few, none that is too old, and none that she deleted.
 */
#include "tests/store/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct uuid id_of(uint8_t n)
{
        struct uuid id = {{0}};
        memset(id.b, n, sizeof id.b);
        return id;
}

static void note(struct kit *kit, uint32_t person, uint8_t n, const char *text, wall_ms at)
{
        struct write w = {.kind = WRITE_NOTE,
                .note = {.id = id_of(n),
                        .person = person,
                        .author = 1,
                        .at = at,
                        .before = at - 10 * DAY_MS,
                        .most = 2}};
        snprintf(w.note.text, sizeof w.note.text, "%s", text);
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static struct dossier *load(struct kit *kit, uint32_t person)
{
        struct effect load = kit_by_person(person, WANT_PERSON);
        return kit_load(kit, &load);
}

/* Her notes are these, the newest first. */
static void has(struct kit *kit, uint32_t person, const char *first, const char *second)
{
        struct dossier *d = load(kit, person);
        uint32_t n = first == NULL ? 0 : second == NULL ? 1 : 2;
        assert_int_equal(d->n_notes, n);
        if (first)
                assert_string_equal(dossier_text(d, d->notes[0].text), first);
        if (second)
                assert_string_equal(dossier_text(d, d->notes[1].text), second);
        free(d);
}

static void allow(struct kit *kit, uint32_t person, uint8_t state, wall_ms at)
{
        struct write w = kit_consent(person, CATEGORY_NOTES, state, 0, at);
        assert_int_equal(kit_commit(kit, &w, 1), 0);
}

static wall_ms oldest(struct kit *kit)
{
        struct snapshot snapshot;
        struct store_error error;
        kit_reopen(kit);
        assert_int_equal(store_snapshot(kit->store, NOW, 20522, &snapshot, &error), 0);
        wall_ms at = snapshot.oldest_note;
        snapshot_free(&snapshot);
        return at;
}

static void open_kit(struct kit *kit)
{
        kit_open(kit);
        kit_import_counts(
                kit, IMPORT_ASSOCIATES, "a1;Maria Lopez;main;Shoes;associate;1\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_CUSTOMERS, "c1;Anna Berg;;\nc2;Bo Ek;;\n", 2, 0, 0, 0, 0, 0);
}

static void only_what_she_allows_is_read(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        note(&kit, 1, 1, "likes it quiet", NOW - 5);
        has(&kit, 1, NULL, NULL);
        allow(&kit, 1, CONSENT_GIVEN, NOW - 4);
        has(&kit, 1, "likes it quiet", NULL);
        has(&kit, 2, NULL, NULL);
        kit_reopen(&kit);
        has(&kit, 1, "likes it quiet", NULL);
        allow(&kit, 1, CONSENT_WITHDRAWN, NOW - 3);
        has(&kit, 1, NULL, NULL);
        kit_close(&kit);
}

static void the_oldest_gives_way_and_the_old_go(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        allow(&kit, 1, CONSENT_GIVEN, NOW - 20 * DAY_MS);
        allow(&kit, 2, CONSENT_GIVEN, NOW - 20 * DAY_MS);
        note(&kit, 2, 9, "of long ago", NOW - 11 * DAY_MS);
        note(&kit, 1, 1, "one", NOW - 3);
        has(&kit, 2, NULL, NULL); /* whoever's it was */
        note(&kit, 1, 2, "two", NOW - 2);
        note(&kit, 1, 3, "three", NOW - 1);
        has(&kit, 1, "three", "two");
        kit_close(&kit);
}

static void the_old_go_without_another(void **state)
{
        struct kit kit;
        struct write w = {.kind = WRITE_NOTES_GONE, .notes_gone = {.before = NOW - 10 * DAY_MS}};
        (void)state;
        open_kit(&kit);
        allow(&kit, 1, CONSENT_GIVEN, NOW - 20 * DAY_MS);
        allow(&kit, 2, CONSENT_GIVEN, NOW - 20 * DAY_MS);
        note(&kit, 2, 9, "of long ago", NOW - 11 * DAY_MS);
        assert_int_equal(oldest(&kit), NOW - 11 * DAY_MS);
        note(&kit, 1, 1, "of lately", NOW - 9 * DAY_MS - 1);
        has(&kit, 2, "of long ago", NULL); /* that one's own time is not this one's */
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        has(&kit, 2, NULL, NULL);
        has(&kit, 1, "of lately", NULL);
        assert_int_equal(oldest(&kit), NOW - 9 * DAY_MS - 1);
        w.notes_gone.before = NOW;
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        assert_int_equal(oldest(&kit), 0);
        kit_close(&kit);
}

static void what_she_deletes_is_gone(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        allow(&kit, 1, CONSENT_GIVEN, NOW - 9);
        allow(&kit, 2, CONSENT_GIVEN, NOW - 9);
        note(&kit, 1, 1, "one", NOW - 3);
        note(&kit, 1, 2, "two", NOW - 2);
        note(&kit, 2, 3, "hers", NOW - 2);
        struct write w = {.kind = WRITE_NOTES_GONE, .notes_gone = {.person = 2, .id = id_of(1)}};
        assert_int_equal(kit_commit(&kit, &w, 1), 0); /* of somebody else: nothing */
        has(&kit, 1, "two", "one");
        w.notes_gone.person = 1;
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        has(&kit, 1, "two", NULL);
        w.notes_gone.all = true;
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        kit_reopen(&kit);
        has(&kit, 1, NULL, NULL);
        has(&kit, 2, "hers", NULL);
        kit_close(&kit);
}

static void a_look_is_noted_with_them(void **state)
{
        struct kit kit;
        (void)state;
        open_kit(&kit);
        allow(&kit, 1, CONSENT_GIVEN, NOW - 9);
        note(&kit, 1, 1, "one", NOW - 3);
        struct write w = {.kind = WRITE_DISCLOSURE,
                .disclosure = {
                        .id = kit_uuid(), .visit = kit_uuid(), .person = 1, .associate = 1, .at = NOW}};
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        struct dossier *d = load(&kit, 1);
        assert_int_equal(d->notes[0].shown, 0); /* a card without notes */
        free(d);
        w.disclosure.id = kit_uuid();
        w.disclosure.notes = true;
        assert_int_equal(kit_commit(&kit, &w, 1), 0);
        d = load(&kit, 1);
        assert_int_equal(d->notes[0].shown, NOW);
        assert_int_equal(d->notes[0].author, 1);
        free(d);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(only_what_she_allows_is_read),
                cmocka_unit_test(the_oldest_gives_way_and_the_old_go),
                cmocka_unit_test(the_old_go_without_another),
                cmocka_unit_test(what_she_deletes_is_gone),
                cmocka_unit_test(a_look_is_noted_with_them),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
