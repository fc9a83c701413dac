/* The lab's word on what somebody wants to keep or to publish: that it is a book, what it changes against the
 * one in force, and that it is not above head office's. Who may do it is the core's question. */
#include "server/hub/lab_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/lab/check.h"
#include "server/rulebook/analyse.h"
#include "server/rulebook/book.h"

void lab_take_json(struct lab_work *work, uint16_t status, struct json_out *j)
{
        if (j->overflow) {
                free(j->at);
                lab_refuse(work, 503, "too_large", "The answer is larger than the hub can send.",
                        "Ask for less, or make the rules fewer.");
                return;
        }
        work->status = status;
        work->body = j->at;
        work->len = j->len;
        if (work->what != LAB_JUDGE)
                return;
        work->verdict.refused = status;
        work->verdict.body = work->body;
        work->verdict.len = (uint32_t)work->len;
}

void lab_refuse(struct lab_work *work, uint16_t status, const char *error, const char *say, const char *todo)
{
        struct json_out j;
        size_t room = 800;
        json_start(&j, malloc(room), room);
        work->status = work->verdict.refused = status;
        work->verdict.body = "{}";
        work->verdict.len = 2;
        if (!j.at)
                return;
        json_open(&j, NULL, '{');
        json_text(&j, "error", error);
        json_text(&j, "say", say);
        json_text(&j, "do", todo);
        json_close(&j, '}');
        lab_take_json(work, status, &j);
}

/* The new text as a book, or a refusal with its errors. */
static struct rulebook *book_of(struct lab_work *work)
{
        struct json_out j;
        json_start(&j, malloc(4096), 4096);
        j.overflow = !j.at;
        json_open(&j, NULL, '{');
        json_text(&j, "error", "rules");
        json_text(&j, "say", "These are no rules yet.");
        json_text(&j, "do", "Mend what is wrong with them.");
        struct rulebook *book = lab_parse((struct slice){work->text, work->text_len}, &j);
        json_close(&j, '}');
        if (book) {
                free(j.at);
                return book;
        }
        lab_take_json(work, 422, &j);
        return NULL;
}

/* The verdict's row, as far as the text says it. */
static bool name_it(struct lab_work *work, const struct rulebook *book)
{
        struct book_row *row = &work->verdict.row;
        const char *text = rulebook_text(book);
        size_t len = strlen(text);
        if (len > BOOK_TEXT_MAX) {
                lab_refuse(work, 422, "too_long", "These rules are longer than a version may be.",
                        "Make them fewer or shorter.");
                return false;
        }
        work->canonical = strdup(text);
        if (!work->canonical) {
                lab_refuse(work, 503, "busy", "There is no memory left.", "Try again in a moment.");
                return false;
        }
        work->verdict.text = (struct slice){work->canonical, len};
        row->sha256 = rulebook_digest(book);
        memset(row->name, 0, sizeof row->name);
        memcpy(row->name, book->name, strnlen(book->name, sizeof row->name - 1));
        return true;
}

/* Against what is in force, and under what head office allows. */
static void compare(const struct lab *lab, struct lab_work *work, const struct rulebook *book)
{
        struct lab_room room;
        struct change *change = malloc(sizeof *change);
        if (!change || !lab_room_open(lab, work, &room)) {
                free(change);
                lab_refuse(work, 503, "busy", "There is no memory left.", "Try again in a moment.");
                return;
        }
        int result = analyse_change(room.live, book, change);
        enum lab_height height =
                result == 0 && room.head_office ? lab_height(book, room.head_office) : LAB_WITHIN;
        if (result < 0 || height == LAB_NO_MEMORY)
                lab_refuse(work, 503, "busy", "There is no memory left.", "Try again in a moment.");
        else if (result > 0 || height == LAB_TOO_LARGE)
                lab_refuse(work, 422, "too_large",
                        "These rules and those in force part purchases into too many cells.",
                        "Use the same prices, ages and classes in both where you can.");
        else if (height == LAB_ABOVE)
                lab_refuse(work, 409, "head_office", "These rules show more than head office allows.",
                        "Check them to see where, and lower them there.");
        work->verdict.base = room.ground.live_version;
        work->verdict.wider = change->wider;
        work->verdict.narrower = change->narrower;
        lab_room_close(&room);
        free(change);
}

static void judge_text(const struct lab *lab, struct lab_work *work)
{
        struct rulebook *book = book_of(work);
        if (book && name_it(work, book))
                compare(lab, work, book);
        rulebook_destroy(book);
}

void lab_judge(const struct lab *lab, struct lab_work *work)
{
        struct books *books = work->books;
        if (work->type == MESSAGE_RULES_PROPOSE) {
                work->verdict.row.version = books->newest + 1;
                judge_text(lab, work);
                return;
        }
        if (!books->found) {
                lab_refuse(work, 404, "no_version", "There is no such version.",
                        "Look at the list of versions.");
                return;
        }
        work->verdict.row = books->row;
        if (work->type == MESSAGE_RULES_WITHDRAW)
                return;
        if (books->damaged) {
                lab_refuse(work, 409, "damaged", "The text of this version cannot be trusted any more.",
                        "Propose its rules anew.");
                return;
        }
        work->text = books->text;
        work->text_len = books->len;
        books->text = NULL;
        if (work->type == MESSAGE_RULES_ROLLBACK)
                work->verdict.row = (struct book_row){.version = books->newest + 1};
        judge_text(lab, work);
}
