#include "server/hub/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/json.h"
#include "server/hub/store/import.h"

#define ANSWER_BYTES (1024 + IMPORT_LINES_MAX * (IMPORT_REASON_MAX * 2 + 48))

struct refused {
        uint64_t line;
        char reason[IMPORT_REASON_MAX];
};

struct slot {
        uint64_t request; /* 0: free */
        char *text;       /* until it is read */
        size_t len;
        enum import_kind kind;
        bool dry;
        /* what never reaches the store */
        uint32_t n_refused, without_customer;
        struct refused refused[IMPORT_LINES_MAX];
};

struct intake {
        struct intake_options options;
        struct slot slots[INTAKE_MAX];
        char answer[ANSWER_BYTES];
};

struct intake *intake_create(const struct intake_options *options)
{
        struct intake *intake = calloc(1, sizeof *intake);
        if (intake)
                intake->options = *options;
        return intake;
}

static void drop(struct slot *slot)
{
        free(slot->text);
        slot->text = NULL;
        slot->request = 0;
}

void intake_close(struct intake *intake)
{
        for (int i = 0; intake && i < INTAKE_MAX; i++)
                drop(&intake->slots[i]);
        free(intake);
}

static struct slot *slot_of(struct intake *intake, uint64_t request)
{
        for (int i = 0; i < INTAKE_MAX; i++)
                if (intake->slots[i].request == request)
                        return &intake->slots[i];
        return NULL;
}

int intake_keep(struct intake *intake, uint64_t request, const struct message *message, bool known)
{
        if (message->type != MESSAGE_IMPORT || !known)
                return 0;
        struct slice rows = message->import.rows;
        struct slot *slot = slot_of(intake, 0);
        char *text = slot ? malloc(rows.len + 1) : NULL;
        if (!text)
                return 1;
        if (rows.len > 0)
                memcpy(text, rows.at, rows.len);
        slot->request = request;
        slot->text = text;
        slot->len = rows.len;
        slot->kind = import_kind_find(message->import.kind);
        slot->dry = message->import.dry;
        slot->n_refused = slot->without_customer = 0;
        return 0;
}

/* Only while the text waits: what is with the store is answered from here. */
void intake_forget(struct intake *intake, uint64_t request)
{
        struct slot *slot = request ? slot_of(intake, request) : NULL;
        if (slot && slot->text)
                drop(slot);
}

/* ---- answers ---- */
static void answer(struct intake *intake, struct slot *slot, uint16_t status, const char *json, size_t len)
{
        uint64_t request = slot->request;
        drop(slot);
        intake->options.answer(intake->options.ctx, request, status, json, len);
}

static void refuse(struct intake *intake, struct slot *slot, uint16_t status, const char *word,
        const char *say, const char *what)
{
        struct json_out j;
        json_start(&j, intake->answer, sizeof intake->answer);
        json_open(&j, NULL, '{');
        json_text(&j, "error", word);
        json_text(&j, "say", say);
        json_text(&j, "do", what);
        json_close(&j, '}');
        answer(intake, slot, status, intake->answer, j.len);
}

static void write_reject(struct json_out *j, uint64_t line, const char *reason)
{
        json_open(j, NULL, '{');
        json_number(j, "line", (int64_t)line);
        json_text(j, "reason", reason);
        json_close(j, '}');
}

/* `stored` NULL: nothing was written; `good` rows could have been. */
static void tell(struct intake *intake, struct slot *slot, const struct import_batch *stored, uint32_t good)
{
        static const char *const word[IMPORT_OUTCOMES] = {
                "new", "updated", "same", "no_customer", "not_kept", "rejected"};
        struct json_out j;
        json_start(&j, intake->answer, sizeof intake->answer);
        json_open(&j, NULL, '{');
        json_number(&j, "good", stored ? 0 : good);
        for (int i = 0; i < IMPORT_OUTCOMES; i++) {
                uint64_t n = stored ? stored->counts[i] : 0;
                n += i == IMPORT_REJECTED      ? slot->n_refused
                     : i == IMPORT_NO_CUSTOMER ? slot->without_customer
                                               : 0;
                json_number(&j, word[i], (int64_t)n);
        }
        json_number(&j, "unmapped", stored ? (int64_t)stored->unmapped_classes : 0);
        json_open(&j, "rejects", '[');
        for (uint32_t i = 0; i < slot->n_refused; i++)
                write_reject(&j, slot->refused[i].line, slot->refused[i].reason);
        for (uint32_t i = 0; stored && i < stored->n; i++)
                if (stored->rows[i].outcome == IMPORT_REJECTED)
                        write_reject(&j, stored->rows[i].line, stored->rows[i].reason);
        json_close(&j, ']');
        json_close(&j, '}');
        answer(intake, slot, 200, intake->answer, j.len);
}

/* ---- from text to the store ---- */
/* A file may not take the role from whoever reads it in: she would be put out in the middle of her work. */
static bool puts_herself_out(const struct import_batch *batch, const struct import_row *row, const char *who)
{
        int role = import_field_find(batch->kind, "role"), active = import_field_find(batch->kind, "active");
        return batch->kind == IMPORT_ASSOCIATES && slice_is(row->field[0], who) &&
               ((row->field[role].len > 0 && !slice_is(row->field[role], "manager")) ||
                       slice_is(row->field[active], "0"));
}

/* Takes out what the store need not see. */
static void sort_out(struct slot *slot, struct import_batch *batch, const char *who)
{
        uint32_t good = 0;
        for (uint32_t i = 0; i < batch->n; i++) {
                struct import_row *row = &batch->rows[i];
                if (row->outcome == IMPORT_NO_CUSTOMER) {
                        slot->without_customer++;
                        continue;
                }
                bool out = row->outcome != IMPORT_REJECTED && puts_herself_out(batch, row, who);
                if (out || row->outcome == IMPORT_REJECTED) {
                        struct refused *r = &slot->refused[slot->n_refused++];
                        r->line = row->line;
                        snprintf(r->reason, sizeof r->reason, "%s",
                                out ? "role would take the console from you; another manager may do that"
                                    : row->reason);
                        continue;
                }
                if (good != i)
                        batch->rows[good] = *row;
                good++;
        }
        batch->n = good;
}

void intake_begin(struct intake *intake, const struct effect *e, wall_ms now)
{
        struct slot *slot = slot_of(intake, e->first.request);
        const char *why;
        if (!slot) { /* its session was not known when it came: now it is */
                static const char again[] = "{\"error\":\"busy\",\"say\":\"The hub was not ready for it.\","
                                            "\"do\":\"Try again in a moment.\"}";
                intake->options.answer(intake->options.ctx, e->first.request, 503, again, sizeof again - 1);
                return;
        }
        struct import_batch *batch =
                import_read_lines(slot->kind, (struct slice){slot->text, slot->len}, &why);
        free(slot->text);
        slot->text = NULL;
        if (!batch) {
                refuse(intake, slot, 400, "malformed", why, "Load the console's page anew.");
                return;
        }
        sort_out(slot, batch, e->first.who);
        batch->now = now;
        if (slot->dry || batch->n == 0) {
                tell(intake, slot, NULL, batch->n);
        } else if (store_import(intake->options.store, slot->request, batch) == 0) {
                return;
        } else {
                refuse(intake, slot, 503, "busy", "The hub has too much to do right now.",
                        "Try again in a moment.");
        }
        import_batch_free(batch);
}

bool intake_stored(struct intake *intake, const struct store_answer *a)
{
        struct slot *slot = slot_of(intake, a->tag);
        if (!slot)
                return false;
        bool people = slot->kind == IMPORT_STORES || slot->kind == IMPORT_ASSOCIATES ||
                      slot->kind == IMPORT_CLASSES;
        if (a->result == 0)
                tell(intake, slot, a->batch, 0);
        else
                refuse(intake, slot, 503, "not_saved", "The rows could not be written: the disk is full.",
                        "Free some space and go on; rows that are in already stay as they are.");
        return people && a->result == 0;
}
