#include "server/hub/store/receipts.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define LISTED_MOST 50

#define SIGNATURE_TEXT 87 /* base64url without padding, with NUL */

void receipts_key(const struct base *base, char out[RECEIPTS_KEY_TEXT])
{
        uint8_t key[KEYS_PUBLIC_BYTES];
        keys_public(base->keys, key);
        sodium_bin2base64(out, RECEIPTS_KEY_TEXT, key, sizeof key, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Whoever reads two receipts may know that they are one person's, and no more: not her id, not at another
 * hub. No external id begins with a control character. */
static void principal_of(const struct base *base, uint32_t person, char out[2 * KEYS_TAG_BYTES + 1])
{
        char text[32];
        uint8_t tag[KEYS_TAG_BYTES];
        int len = snprintf(text, sizeof text, "\x01principal %u", person);
        keys_tag(base->keys, text, (size_t)len, tag);
        sodium_bin2hex(out, 2 * KEYS_TAG_BYTES + 1, tag, sizeof tag);
}

int receipts_write(struct base *base, const struct receipt_row *row)
{
        char text[RECEIPT_TEXT_MAX], key[RECEIPTS_KEY_TEXT], principal[2 * KEYS_TAG_BYTES + 1],
                signed_as[SIGNATURE_TEXT];
        uint8_t signature[KEYS_SIGNATURE_BYTES];
        struct receipt_house house = base->house;
        receipts_key(base, key);
        house.key = key;
        principal_of(base, row->person, principal);
        size_t len = receipt_text(row, &house, principal, "", text, sizeof text);
        keys_sign(base->keys, text, len, signature);
        sodium_bin2base64(signed_as, sizeof signed_as, signature, sizeof signature,
                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        len = receipt_text(row, &house, principal, signed_as, text, sizeof text);
        sqlite3_stmt *s = statement_use(&base->all, ST_RECEIPT_ADD);
        statement_blob(s, ":id", row->id.b, sizeof row->id.b);
        statement_int(s, ":person", row->person);
        statement_int(s, ":at", row->at);
        statement_int(s, ":day", row->day);
        statement_int(s, ":what", row->what);
        statement_text(s, ":text", (struct slice){text, len});
        return statement_run(s);
}

static json_t *listed(sqlite3_stmt *s)
{
        struct slice id = statement_get_slice(s, "id");
        struct uuid number = {{0}};
        char text[RECEIPT_NUMBER];
        if (id.len == sizeof number.b)
                memcpy(number.b, id.at, id.len);
        receipt_number(&number, text);
        return json_pack("{s:s, s:I, s:s}", "id", text, "at_ms", (json_int_t)statement_get(s, "at"), "what",
                receipt_what_word((enum receipt_what)statement_get(s, "what")));
}

static char *list(struct base *base, uint32_t person, int *rc)
{
        json_t *all = json_array();
        sqlite3_stmt *s = statement_use(&base->all, ST_RECEIPT_LIST);
        statement_int(s, ":person", person);
        statement_int(s, ":most", LISTED_MOST);
        while ((*rc = statement_step(s)) == SQLITE_ROW)
                json_array_append_new(all, listed(s));
        statement_done(s);
        int64_t n = 0;
        if (*rc == SQLITE_DONE) {
                s = statement_use(&base->all, ST_RECEIPT_COUNT);
                statement_int(s, ":person", person);
                *rc = statement_step(s);
                n = *rc == SQLITE_ROW ? statement_get(s, "n") : 0;
                statement_done(s);
        }
        if (*rc == SQLITE_ROW)
                *rc = SQLITE_OK;
        int64_t rest = n - (int64_t)json_array_size(all);
        json_t *object = json_pack("{s:o, s:I}", "receipts", all, "rest", (json_int_t)(rest > 0 ? rest : 0));
        char *text = object && *rc == SQLITE_OK ? json_dumps(object, JSON_COMPACT) : NULL;
        json_decref(object);
        if (text == NULL && *rc == SQLITE_OK)
                *rc = SQLITE_NOMEM;
        return text;
}

/* The very bytes that were signed, with the signature in them. */
static char *one(struct base *base, const struct receipt_wanted *wanted, int *rc)
{
        char *text = NULL;
        sqlite3_stmt *s = statement_use(&base->all, ST_RECEIPT_GET);
        statement_blob(s, ":id", wanted->id.b, sizeof wanted->id.b);
        statement_int(s, ":person", wanted->person);
        statement_int(s, ":left_since", wanted->left_since);
        *rc = statement_step(s);
        if (*rc == SQLITE_ROW) {
                struct slice found = statement_get_slice(s, "text");
                text = strndup(found.at ? found.at : "", found.len);
                *rc = text ? SQLITE_OK : SQLITE_NOMEM;
        } else if (*rc == SQLITE_DONE) {
                *rc = SQLITE_OK;
        }
        statement_done(s);
        return text;
}

/* An empty text where the configuration has none. */
static const char *or_none(const char *text)
{
        return text ? text : "";
}

static char *key(struct base *base, int *rc)
{
        const struct receipt_house *h = &base->house;
        char text[RECEIPTS_KEY_TEXT];
        receipts_key(base, text);
        json_t *object = json_pack("{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s}}", "alg", "Ed25519",
                "key", text, "controller", "name", or_none(h->name), "street", or_none(h->street), "country",
                or_none(h->country), "contact", or_none(h->contact), "email", or_none(h->email), "phone",
                or_none(h->phone), "policy", or_none(h->policy));
        char *out = object ? json_dumps(object, JSON_COMPACT) : NULL;
        json_decref(object);
        *rc = out ? SQLITE_OK : SQLITE_NOMEM;
        return out;
}

char *receipts_text(struct base *base, const struct receipt_wanted *wanted, int *rc)
{
        switch (wanted->ask) {
        case RECEIPT_ASK_LIST:
                return list(base, wanted->person, rc);
        case RECEIPT_ASK_ONE:
                return one(base, wanted, rc);
        case RECEIPT_ASK_KEY:
                return key(base, rc);
        }
        *rc = SQLITE_MISUSE;
        return NULL;
}
