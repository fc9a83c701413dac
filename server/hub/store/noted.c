#include "server/hub/store/noted.h"

#include <string.h>

#include "server/common/ids.h"
#include "server/hub/store/seal.h"

#define SEALED_BYTES (NOTE_BYTES + SEAL_OVERHEAD)

static const struct seal_place text_place = {.table = "note", .column = "text"};

static size_t seal_text(struct base *base, const struct write *w, uint8_t out[SEALED_BYTES])
{
        char plain[NOTE_BYTES] = {0};
        struct seal_place place = text_place;
        struct key key;
        if (keys_get(base->keys, w->note.person, &key) != 0)
                return 0;
        base_cut(plain, sizeof plain, slice_of(w->note.text));
        seal_row_uuid(&place, &w->note.id);
        size_t len = seal(&key, &place, plain, sizeof plain, out);
        ids_wipe(&key, sizeof key);
        ids_wipe(plain, sizeof plain);
        return len;
}

static int drop_old(struct base *base, wall_ms before)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTE_PRUNE);
        statement_int(s, ":before", before);
        return statement_run(s);
}

static int prune(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTE_TRIM);
        statement_int(s, ":person", w->note.person);
        statement_int(s, ":most", w->note.most);
        int rc = statement_run(s);
        return rc == SQLITE_OK ? drop_old(base, w->note.before) : rc;
}

static int add(struct base *base, const struct write *w)
{
        uint8_t sealed[SEALED_BYTES];
        size_t len = seal_text(base, w, sealed);
        if (len == 0) /* without her key it is not kept */
                return SQLITE_CONSTRAINT;
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTE_ADD);
        statement_blob(s, ":id", w->note.id.b, sizeof w->note.id.b);
        statement_int(s, ":person", w->note.person);
        statement_int(s, ":author", w->note.author);
        statement_int(s, ":at", w->note.at);
        statement_blob(s, ":text", sealed, len);
        int rc = statement_run(s);
        return rc == SQLITE_OK ? prune(base, w) : rc;
}

int noted_write(struct base *base, const struct write *w)
{
        if (w->kind == WRITE_NOTE)
                return add(base, w);
        if (w->notes_gone.before)
                return drop_old(base, w->notes_gone.before);
        sqlite3_stmt *s = statement_use(&base->all, w->notes_gone.all ? ST_NOTE_DROP_ALL : ST_NOTE_DROP);
        statement_int(s, ":person", w->notes_gone.person);
        if (!w->notes_gone.all)
                statement_blob(s, ":id", w->notes_gone.id.b, sizeof w->notes_gone.id.b);
        return statement_run(s);
}

int noted_oldest(struct base *base, wall_ms *at)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTE_OLDEST);
        int rc = statement_step(s);
        *at = rc == SQLITE_ROW ? statement_get(s, "at") : 0;
        statement_done(s);
        return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int noted_shown(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTE_SHOWN);
        statement_int(s, ":person", w->disclosure.person);
        statement_int(s, ":author", w->disclosure.associate);
        statement_int(s, ":at", w->disclosure.at);
        return statement_run(s);
}

/* What does not open is nobody's note. */
static void read_one(struct base *base, sqlite3_stmt *s, const struct key *key)
{
        struct dossier *d = &base->room.head;
        struct kept_note *note = &d->notes[d->n_notes];
        struct slice id = statement_get_slice(s, "id"), sealed = statement_get_slice(s, "text");
        struct seal_place place = text_place;
        char plain[NOTE_BYTES];
        if (id.len != sizeof note->id.b || sealed.len != SEALED_BYTES)
                return;
        memcpy(note->id.b, id.at, sizeof note->id.b);
        seal_row_uuid(&place, &note->id);
        if (seal_open(key, &place, sealed.at, sealed.len, (uint8_t *)plain) != 0 ||
                plain[sizeof plain - 1] != '\0')
                return;
        note->author = (uint32_t)statement_get(s, "author");
        note->at = statement_get(s, "at");
        note->shown = statement_get(s, "shown");
        note->text = history_text(&base->room, slice_of(plain));
        d->n_notes++;
        ids_wipe(plain, sizeof plain);
}

int noted_load(struct base *base)
{
        struct dossier *d = &base->room.head;
        struct key key;
        int step;
        if (keys_get(base->keys, d->person.id, &key) != 0)
                return SQLITE_OK;
        sqlite3_stmt *s = statement_use(&base->all, ST_NOTE_OF);
        statement_int(s, ":person", d->person.id);
        statement_int(s, ":most", NOTES_MAX);
        while ((step = statement_step(s)) == SQLITE_ROW && d->n_notes < NOTES_MAX)
                read_one(base, s, &key);
        statement_done(s);
        ids_wipe(&key, sizeof key);
        return step == SQLITE_ROW || step == SQLITE_DONE ? SQLITE_OK : step;
}
