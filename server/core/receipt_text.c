#include "proto/json.h"
#include "proto/utf8.h"
#include "server/core/receipt.h"
#include "server/core/receipt_words.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 256 /* of a text that stands on a receipt, with NUL */

const char *receipt_what_word(enum receipt_what what)
{
        switch (what) {
        case RECEIPT_JOINED:
                return "joined";
        case RECEIPT_CHANGED:
                return "changed";
        case RECEIPT_ACCEPTED:
                return "accepted";
        case RECEIPT_NOT_TODAY:
                return "not_today";
        case RECEIPT_LEFT:
                return "left";
        }
        return "";
}

static const char *method_word(enum consent_method method)
{
        switch (method) {
        case METHOD_INVITED:
                return "invitation";
        case METHOD_DOOR:
                return "door";
        case METHOD_PAGE:
                return "page";
        }
        return "";
}

static const char *purpose_word(uint8_t purpose)
{
        return purpose == PURPOSE_ALERT ? "alert" : "history";
}

static const char *category_word(uint8_t category)
{
        static const char *const words[] = {[CATEGORY_PRESENCE] = "presence",
                [CATEGORY_INSTORE] = "instore",
                [CATEGORY_ONLINE] = "online",
                [CATEGORY_OTHER_STORES] = "other_stores",
                [CATEGORY_SIZES] = "sizes",
                [CATEGORY_SENSED] = "sensed",
                [CATEGORY_NOTES] = "notes"};
        return category < ARRAY_LEN(words) && words[category] ? words[category] : "";
}

static const char *state_word(uint8_t state)
{
        return state == CONSENT_GIVEN ? "given" : state == CONSENT_REFUSED ? "refused" : "withdrawn";
}

static const char *mode_word(uint8_t mode)
{
        static const char *const words[] = {[MODE_ASK] = "ask",
                [MODE_NOT_TODAY] = "not_today",
                [MODE_VISIT] = "visit",
                [MODE_STANDING] = "standing"};
        return mode < ARRAY_LEN(words) && words[mode] ? words[mode] : "";
}

/* ---- forms of values ---- */
/* A space instead of what is no text: writers of canonical JSON do not all write control characters alike,
 * and whoever checks a receipt refuses what makes a line look like another. */
static void put_line(struct json_out *j, const char *key, const char *text)
{
        char line[LINE_MAX_BYTES];
        size_t len = text ? strlen(text) : 0, out = 0;
        for (size_t i = 0; i < len && out < sizeof(line) - 4;) {
                uint32_t v;
                size_t n = utf8_step(text + i, len - i, &v);
                if (n == 0 || utf8_unshown(v)) {
                        line[out++] = ' ';
                } else {
                        memcpy(line + out, text + i, n);
                        out += n;
                }
                i += n ? n : 1;
        }
        line[out] = 0;
        json_text(j, key, line);
}

static void put_hex(struct json_out *j, const char *key, const uint8_t *bytes, size_t n)
{
        static const char hex[] = "0123456789abcdef";
        char text[65];
        for (size_t i = 0; i < n && i < 32; i++) {
                text[2 * i] = hex[bytes[i] >> 4];
                text[2 * i + 1] = hex[bytes[i] & 15];
        }
        text[2 * (n < 32 ? n : 32)] = 0;
        json_text(j, key, text);
}

void receipt_number(const struct uuid *id, char out[RECEIPT_NUMBER])
{
        static const char hex[] = "0123456789abcdef";
        for (int i = 0; i < 16; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10)
                        *out++ = '-';
                *out++ = hex[id->b[i] >> 4];
                *out++ = hex[id->b[i] & 15];
        }
        *out = 0;
}

static void put_id(struct json_out *j, const char *key, const struct uuid *id)
{
        char text[RECEIPT_NUMBER];
        receipt_number(id, text);
        json_text(j, key, text);
}

/* "2026-03-05T10:30:00Z": the proleptic calendar, counted from 1 March of the year 0. */
static void date_text(wall_ms at, char out[24])
{
        int64_t s = (at >= 0 ? at : 0) / SECOND_MS, days = s / 86400 + 719468;
        int64_t era = days / 146097, of_era = days % 146097;
        int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
        int64_t of_year = of_era - (365 * years + years / 4 - years / 100), month = (5 * of_year + 2) / 153;
        int64_t day = of_year - (153 * month + 2) / 5 + 1;
        month = month < 10 ? month + 3 : month - 9;
        snprintf(out, 24, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)((years + era * 400 + (month <= 2)) % 10000),
                (int)(month % 100), (int)(day % 100), (int)(s / 3600 % 24), (int)(s / 60 % 60),
                (int)(s % 60));
}

/* ---- the members, in the order of their names ---- */
static void put_event(struct json_out *j, const struct receipt_event *e)
{
        json_open(j, NULL, '{');
        json_text(j, "category", category_word(e->category));
        put_id(j, "id", &e->id);
        json_text(j, "mode", mode_word(e->mode));
        json_text(j, "purpose", purpose_word(e->purpose));
        json_text(j, "state", state_word(e->state));
        json_number(j, "until_ms", e->until);
        json_close(j, '{');
}

static void put_own(struct json_out *j, const struct receipt_row *row, const struct receipt_house *house)
{
        json_open(j, "maitred", '{');
        json_text(j, "actor", "principal");
        json_number(j, "at_ms", row->at);
        json_open(j, "events", '[');
        for (uint32_t i = 0; i < row->n_events && i < RECEIPT_SCOPES; i++)
                put_event(j, &row->events[i]);
        json_close(j, '[');
        json_number(j, "format", 1);
        json_text(j, "method", method_word((enum consent_method)row->method));
        json_open(j, "notice", '{');
        put_line(j, "name", row->name);
        put_hex(j, "promised_sha256", row->promised.b, row->notice ? sizeof(row->promised.b) : 0);
        json_number(j, "version", row->notice);
        json_close(j, '{');
        put_hex(j, "page_sha256", house->page ? house->page->b : NULL, house->page ? 32 : 0);
        json_number(j, "steps", row->steps);
        put_line(j, "store", house->store);
        json_text(j, "what", receipt_what_word((enum receipt_what)row->what));
        json_close(j, '{');
}

static void put_controller(struct json_out *j, const struct receipt_house *house)
{
        json_open(j, "piiControllers", '[');
        json_open(j, NULL, '{');
        json_open(j, "address", '{');
        put_line(j, "addressCountry", house->country);
        put_line(j, "streetAddress", house->street);
        json_close(j, '{');
        put_line(j, "contact", house->contact);
        put_line(j, "email", house->email);
        json_flag(j, "onBehalf", false);
        put_line(j, "phone", house->phone);
        put_line(j, "piiController", house->name);
        put_line(j, "piiControllerUrl", house->url);
        json_close(j, '{');
        json_close(j, '[');
}

static void put_purpose(struct json_out *j, const struct receipt_words *words, const struct receipt_grant *g)
{
        const struct receipt_scope *w = receipt_scope(words, g);
        char date[24], until[96];
        if (!w)
                return;
        date_text(g->until, date);
        snprintf(until, sizeof(until), "%s%s", date, words->until);
        json_open(j, NULL, '{');
        json_text(j, "consentType", "EXPLICIT");
        json_open(j, "piiCategory", '[');
        json_text(j, NULL, w->what);
        json_close(j, '[');
        json_flag(j, "primaryPurpose", g->purpose == PURPOSE_ALERT && g->category == CATEGORY_PRESENCE);
        json_text(j, "purpose", w->why);
        json_open(j, "purposeCategory", '[');
        json_text(j, NULL, g->purpose == PURPOSE_ALERT ? "Core Function" : "Personalized Experience");
        json_close(j, '[');
        json_text(j, "termination", until);
        json_flag(j, "thirdPartyDisclosure", false);
        json_close(j, '{');
}

/* What holds from now on. After a withdrawal of everything that is nothing: no reader may take a receipt of
 * leaving for one of agreeing. */
static void put_services(struct json_out *j, const struct receipt_row *row)
{
        const struct receipt_words *words = receipt_words(row->language);
        json_open(j, "services", '[');
        if (row->n_grants) {
                json_open(j, NULL, '{');
                json_open(j, "purposes", '[');
                for (uint32_t i = 0; i < row->n_grants && i < RECEIPT_SCOPES; i++)
                        put_purpose(j, words, &row->grants[i]);
                json_close(j, '[');
                json_text(j, "service", words->service);
                json_close(j, '{');
        }
        json_close(j, '[');
}

size_t receipt_text(const struct receipt_row *row, const struct receipt_house *house, const char *principal,
        const char *signature, char *out, size_t room)
{
        struct json_out j;
        json_start(&j, out, room ? room - 1 : 0);
        json_open(&j, NULL, '{');
        json_text(&j, "collectionMethod",
                receipt_method(receipt_words(row->language), (enum consent_method)row->method));
        put_id(&j, "consentReceiptID", &row->id);
        json_number(&j, "consentTimestamp", row->at / SECOND_MS);
        put_line(&j, "jurisdiction", house->jurisdiction);
        put_line(&j, "language", row->language);
        put_own(&j, row, house);
        put_controller(&j, house);
        put_line(&j, "piiPrincipalId", principal);
        put_line(&j, "policyUrl", house->policy);
        put_line(&j, "publicKey", house->key);
        /* To be in the store is a precise place. */
        json_flag(&j, "sensitive", row->n_grants > 0);
        put_services(&j, row);
        if (signature[0])
                json_text(&j, "signature", signature);
        json_open(&j, "spiCat", '[');
        if (row->n_grants)
                json_text(&j, NULL, "Location");
        json_close(&j, '[');
        json_text(&j, "version", "KI-CR-v1.1.0");
        json_close(&j, '{');
        if (j.overflow || room == 0)
                return 0;
        out[j.len] = 0;
        return j.len;
}
