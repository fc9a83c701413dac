/* What people write in a spreadsheet, brought into the one form in which it travels. */
#include "proto/import.h"

#include <ctype.h>
#include <strings.h>

#include "proto/civil.h"
#include "proto/utf8.h"

bool import_text_ok(struct slice text)
{
        for (size_t i = 0; i < text.len;) {
                uint32_t v;
                size_t n = utf8_step(text.at + i, text.len - i, &v);
                if (n == 0 || v == 0x7f || (v < 0x20 && v != '\t' && v != '\n' && v != '\r'))
                        return false;
                i += n;
        }
        return true;
}

struct synonym {
        const char *said, *meant;
};

static const struct synonym channels[] = {
        {"in-store", "in-store"},
        {"store", "in-store"},
        {"instore", "in-store"},
        {"shop", "in-store"},
        {"pos", "in-store"},
        {"online", "online"},
        {"web", "online"},
        {"app", "online"},
        {"e-commerce", "online"},
        {0},
};

static const struct synonym roles[] = {
        {"associate", "associate"},
        {"seller", "associate"},
        {"trainee", "trainee"},
        {"manager", "manager"},
        {0},
};

static const struct synonym statuses[] = {
        {"bought", "bought"},
        {"complete", "bought"},
        {"completed", "bought"},
        {"sold", "bought"},
        {"paid", "bought"},
        {"shipped", "bought"},
        {"returned", "returned"},
        {"return", "returned"},
        {"refunded", "returned"},
        {"refund", "returned"},
        {"cancelled", "cancelled"},
        {"canceled", "cancelled"},
        {"void", "cancelled"},
        {0},
};

static const struct synonym flags[] = {
        {"1", "1"},
        {"yes", "1"},
        {"y", "1"},
        {"true", "1"},
        {"0", "0"},
        {"no", "0"},
        {"n", "0"},
        {"false", "0"},
        {0},
};

static int meant(const struct synonym *table, struct slice in, struct slice *result)
{
        for (; table->said; table++) {
                if (strlen(table->said) == in.len && strncasecmp(table->said, in.at, in.len) == 0) {
                        *result = slice_of(table->meant);
                        return 0;
                }
        }
        return 1;
}

/* "12", "12.5", "12,50", "1299.00"; one separator only, so "1,299.00" is refused rather than guessed at. */
static int money(struct slice in, char *out, struct slice *result)
{
        size_t whole = 0, part = 0, n = 0;
        bool point = false;
        for (size_t i = 0; i < in.len; i++) {
                char c = in.at[i];
                if ((c == '.' || c == ',') && !point) {
                        point = true;
                        out[n++] = '.';
                        continue;
                }
                if (c < '0' || c > '9' || (point ? ++part > 4 : ++whole > 12))
                        return 1;
                out[n++] = c;
        }
        if (whole == 0 || (point && part == 0))
                return 1;
        *result = (struct slice){out, n};
        return 0;
}

static int count(struct slice in, struct slice *result)
{
        uint32_t value = 0;
        if (in.len == 0 || in.len > 7)
                return 1;
        for (size_t i = 0; i < in.len; i++) {
                if (in.at[i] < '0' || in.at[i] > '9')
                        return 1;
                value = value * 10 + (uint32_t)(in.at[i] - '0');
        }
        *result = in;
        return value > 1000000;
}

static int date(struct slice in, struct slice *result)
{
        int32_t part[3] = {0, 0, 0};
        static const uint8_t where[10] = {0, 0, 0, 0, 9, 1, 1, 9, 2, 2};
        if (in.len != 10)
                return 1;
        for (size_t i = 0; i < 10; i++) {
                if (where[i] == 9 ? in.at[i] != '-' : in.at[i] < '0' || in.at[i] > '9')
                        return 1;
                if (where[i] != 9)
                        part[where[i]] = part[where[i]] * 10 + (in.at[i] - '0');
        }
        *result = in;
        return !civil_valid((struct civil_date){part[0], part[1], part[2]});
}

static int currency(struct slice in, char *out, struct slice *result)
{
        if (in.len != 3)
                return 1;
        for (size_t i = 0; i < 3; i++) {
                out[i] = (char)toupper((unsigned char)in.at[i]);
                if (out[i] < 'A' || out[i] > 'Z')
                        return 1;
        }
        *result = (struct slice){out, 3};
        return 0;
}

static struct slice trimmed(struct slice s)
{
        while (s.len > 0 && (*s.at == ' ' || *s.at == '\t' || *s.at == '\r' || *s.at == '\n'))
                s.at++, s.len--;
        while (s.len > 0 && strchr(" \t\r\n", s.at[s.len - 1]) && s.at[s.len - 1])
                s.len--;
        return s;
}

int import_normalise(
        enum import_form form, struct slice in, char *out, struct slice *result, const char **why)
{
        struct slice s = trimmed(in);
        *result = s;
        *why = NULL;
        if (s.len == 0)
                return 0;
        if (s.len > IMPORT_FIELD_MAX) {
                *why = "is longer than 512 bytes";
                return 1;
        }
        if (!import_text_ok(s)) {
                *why = "has bytes that are not UTF-8 text";
                return 1;
        }
        switch (form) {
        case IMPORT_FORM_ID:
                *why = "is longer than 64 bytes";
                return s.len > IMPORT_ID_MAX;
        case IMPORT_FORM_TEXT:
        case IMPORT_FORM_TIME:
        case IMPORT_FORM_MOMENT: /* the zone is the client's business */
                return 0;
        case IMPORT_FORM_CHANNEL:
                *why = "is not a channel (in-store, online)";
                return meant(channels, s, result);
        case IMPORT_FORM_ROLE:
                *why = "is not a role (associate, trainee, manager)";
                return meant(roles, s, result);
        case IMPORT_FORM_STATUS:
                *why = "is not a status (bought, returned, cancelled)";
                return meant(statuses, s, result);
        case IMPORT_FORM_FLAG:
                *why = "is neither yes nor no";
                return meant(flags, s, result);
        case IMPORT_FORM_MONEY:
                *why = s.at[0] == '-' ? "is below 0" : "is not an amount such as 1299.00";
                return money(s, out, result);
        case IMPORT_FORM_CURRENCY:
                *why = "is not a currency of three letters";
                return currency(s, out, result);
        case IMPORT_FORM_COUNT:
                *why = "is not a whole number up to 1000000";
                return count(s, result);
        case IMPORT_FORM_DATE:
                *why = "is not a date such as 1990-05-31";
                return date(s, result);
        }
        return 0;
}
