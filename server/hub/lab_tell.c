/* How the versions stand, as JSON [P65]. */
#include "server/hub/lab_state.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char *state_word(uint8_t state)
{
        switch ((enum book_state)state) {
        case BOOK_PROPOSED:
                return "proposed";
        case BOOK_LIVE:
                return "live";
        case BOOK_PAST:
                return "past";
        case BOOK_WITHDRAWN:
                return "withdrawn";
        }
        return "?";
}

static const char *name_of(const struct lab_work *work, uint32_t who)
{
        if (who == BOOK_BY_OPERATOR)
                return "operator";
        if (who == BOOK_BY_MAITRED)
                return "maitred";
        for (uint32_t i = 0; i < work->n_associates; i++)
                if (work->associates[i].id == who)
                        return work->names[i];
        return "somebody who left";
}

/* The members of VERSION, into an open object. */
static void write_version(struct json_out *j, const struct lab_work *work, const struct book_row *row)
{
        char hex[2 * sizeof row->sha256.b + 1];
        sodium_bin2hex(hex, sizeof hex, row->sha256.b, sizeof row->sha256.b);
        json_number(j, "version", row->version);
        json_text(j, "name", row->name);
        json_text(j, "sha256", hex);
        json_text(j, "state", state_word(row->state));
        json_text(j, "by", name_of(work, row->by));
        json_number(j, "at_ms", row->at);
        json_text(j, "approved_by", row->published ? name_of(work, row->approved_by) : "");
        json_number(j, "published_ms", row->published);
        json_text(j, "why", row->why);
        json_flag(j, "wider", row->wider > 0);
        json_flag(j, "mine", row->by == work->who);
}

static void write_live(struct json_out *j, const struct lab_work *work)
{
        const struct books *books = work->books;
        const struct book_row *live = NULL;
        for (uint32_t i = 0; i < books->n; i++)
                if (books->rows[i].state == BOOK_LIVE)
                        live = &books->rows[i];
        if (!live || !work->live_text) {
                json_nil(j, "live");
                return;
        }
        json_open(j, "live", '{');
        write_version(j, work, live);
        json_text(j, "text", work->live_text);
        json_close(j, '}');
}

static void write_shipped(struct json_out *j)
{
        json_open(j, "shipped", '[');
        for (int i = 0; i < RULEBOOK_SHIPPED; i++) {
                const char *name, *text;
                rulebook_shipped(i, &name, &text);
                json_open(j, NULL, '{');
                json_text(j, "name", name);
                json_text(j, "text", text);
                json_close(j, '}');
        }
        json_close(j, ']');
}

static void write_notice(struct json_out *j, const struct books *books, const struct notice_row *row)
{
        uint32_t customers = 0;
        for (uint32_t i = 0; i < books->n_counts; i++)
                if (books->counts[i].version == row->version)
                        customers = books->counts[i].customers;
        json_open(j, NULL, '{');
        json_number(j, "version", row->version);
        json_text(j, "name", row->name);
        json_number(j, "customers", customers);
        json_close(j, '{');
}

static void write_all(struct json_out *j, const struct lab_work *work)
{
        const struct books *books = work->books;
        write_live(j, work);
        json_open(j, "versions", '[');
        for (uint32_t i = 0; i < books->n; i++) {
                json_open(j, NULL, '{');
                write_version(j, work, &books->rows[i]);
                json_close(j, '}');
        }
        json_close(j, ']');
        write_shipped(j);
        json_open(j, "classes", '[');
        for (uint32_t i = 0; i < books->n_classes; i++) {
                const struct books_class *class = &books->classes[i];
                json_open(j, NULL, '{');
                json_text(j, "name", class->name);
                json_text(j, "department",
                        class->department < DEPARTMENT_COUNT ? work->departments[class->department] : "");
                json_flag(j, "sensitive", class->sensitive);
                json_close(j, '}');
        }
        json_close(j, ']');
        json_open(j, "notices", '[');
        for (uint32_t i = books->n_notices; i > 0; i--)
                write_notice(j, books, &books->notices[i - 1]);
        json_close(j, ']');
        json_raw(j, "me", work->me, strlen(work->me));
}

static void write_text(struct json_out *j, const struct books *books)
{
        char *text = books->text ? strndup(books->text, books->len) : NULL;
        if (text)
                json_text(j, "text", text);
        else
                json_nil(j, "text");
        free(text);
}

void lab_tell(struct lab_work *work)
{
        const struct books *books = work->books;
        struct json_out j;
        if (work->what != LAB_TELL_ALL && !books->found) {
                lab_refuse(work, 404, "no_version", "There is no such version.",
                        "Look at the list of versions.");
                return;
        }
        json_start(&j, malloc(LAB_ANSWER_MAX), LAB_ANSWER_MAX);
        j.overflow = !j.at;
        json_open(&j, NULL, '{');
        if (work->what == LAB_TELL_ALL)
                write_all(&j, work);
        else
                write_version(&j, work, &books->row);
        if (work->what == LAB_TELL_TEXT)
                write_text(&j, books);
        json_close(&j, '}');
        lab_take_json(work, 200, &j);
}
