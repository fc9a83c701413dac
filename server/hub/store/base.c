#include "server/hub/store/base.h"

#include <errno.h>
#include <string.h>

#include "server/common/clock.h"
#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/hub/store/seal.h"

int base_result(const struct base *base, int rc)
{
        switch (rc & 0xff) {
        case SQLITE_OK:
        case SQLITE_ROW:
        case SQLITE_DONE:
                return 0;
        case SQLITE_FULL:
        case SQLITE_NOMEM:
        case SQLITE_BUSY:
        case SQLITE_CONSTRAINT:
        case SQLITE_TOOBIG:
        case SQLITE_MISMATCH:
                return 1;
        case SQLITE_IOERR:
                /* A quota is a full disk by another name. A failed flush never is: nobody knows what is on
                 * disk. */
                return base_is_full(base, rc) ? 1 : -1;
        default:
                return -1;
        }
}

bool base_is_full(const struct base *base, int rc)
{
        return (rc & 0xff) == SQLITE_FULL ||
               (rc == SQLITE_IOERR_WRITE && sqlite3_system_errno(base->all.db) == EDQUOT);
}

int base_begin(struct base *base)
{
        return statement_run(statement_use(&base->all, ST_BEGIN));
}

int base_commit(struct base *base)
{
        return statement_run(statement_use(&base->all, ST_COMMIT));
}

void base_rollback(struct base *base)
{
        if (sqlite3_get_autocommit(base->all.db) == 0)
                statement_run(statement_use(&base->all, ST_ROLLBACK));
}

struct base_slice base_slice(int slice_ms)
{
        int64_t now = clock_mono_us();
        /* A fifth at least, so that an import gets on however many arrive. */
        return (struct base_slice){now + (int64_t)slice_ms * 200, now + (int64_t)slice_ms * 1000};
}

bool base_slice_over(const struct base *base, const struct base_slice *slice)
{
        int64_t now = clock_mono_us();
        return now >= slice->until_us ||
               (now >= slice->least_us && atomic_load_explicit(&base->waited_for, memory_order_relaxed));
}

int base_get_blob(struct base *base, const char *name, void *out, size_t len)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SETTING_GET);
        int rc = 1;
        statement_text(s, ":name", slice_of(name));
        int step = statement_step(s);
        if (step == SQLITE_ROW) {
                struct slice value = statement_get_slice(s, "value");
                if (value.len == len) {
                        memcpy(out, value.at, len);
                        rc = 0;
                }
        } else if (step != SQLITE_DONE) {
                rc = -1;
        }
        statement_done(s);
        return rc;
}

int base_put_blob(struct base *base, const char *name, const void *bytes, size_t len)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SETTING_PUT);
        statement_text(s, ":name", slice_of(name));
        statement_blob(s, ":value", bytes, len);
        return statement_run(s);
}

int base_get_int(struct base *base, const char *name, int64_t *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SETTING_GET);
        statement_text(s, ":name", slice_of(name));
        int step = statement_step(s);
        if (step == SQLITE_ROW)
                *out = statement_get(s, "value");
        statement_done(s);
        return step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? 1 : -1;
}

int base_put_int(struct base *base, const char *name, int64_t value)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SETTING_PUT);
        statement_text(s, ":name", slice_of(name));
        statement_int(s, ":value", value);
        return statement_run(s);
}

void base_cut(char *out, size_t room, struct slice text)
{
        size_t len = text.len < room ? text.len : room - 1;
        /* Back over the bytes of a character that would be cut. */
        if (len < text.len)
                while (len > 0 && ((unsigned char)text.at[len] & 0xc0) == 0x80)
                        len--;
        if (len > 0)
                memcpy(out, text.at, len);
        out[len] = 0;
}

static struct slice trim(struct slice s)
{
        while (s.len > 0 && *s.at == ' ')
                s = (struct slice){s.at + 1, s.len - 1};
        while (s.len > 0 && s.at[s.len - 1] == ' ')
                s.len--;
        return s;
}

void base_split_name(struct slice name, char first[NAME_MAX_BYTES], char last[NAME_MAX_BYTES])
{
        struct slice whole = trim(name);
        const char *comma = whole.len ? memchr(whole.at, ',', whole.len) : NULL;
        const char *space = whole.len ? memchr(whole.at, ' ', whole.len) : NULL;
        const char *at = comma ? comma : space;
        struct slice before = whole, after = {0};
        if (at != NULL) {
                before.len = (size_t)(at - whole.at);
                after = (struct slice){at + 1, whole.len - before.len - 1};
        }
        before = trim(before);
        after = trim(after);
        base_cut(first, NAME_MAX_BYTES, comma && after.len ? after : before);
        base_cut(last, NAME_MAX_BYTES, comma && after.len ? before : after);
}

static const struct seal_place identity_place = {.table = "person", .column = "identity"};

size_t base_seal_identity(struct base *base, uint32_t id, const struct identity *identity, uint8_t *out)
{
        struct slice fields[4] = {identity->external, identity->name, identity->birthday, identity->contact};
        uint8_t plain[IDENTITY_MAX];
        struct seal_place place = identity_place;
        struct key key;
        if (keys_get(base->keys, id, &key) != 0)
                return 0;
        seal_row_id(&place, id);
        size_t len = seal_pack(fields, 4, plain, sizeof plain);
        len = seal(&key, &place, plain, len, out);
        ids_wipe(&key, sizeof key);
        ids_wipe(plain, sizeof plain);
        return len;
}

int base_open_identity(
        struct base *base, uint32_t id, struct slice sealed, uint8_t *plain, struct identity *identity)
{
        struct slice fields[4];
        struct seal_place place = identity_place;
        struct key key;
        if (sealed.len < SEAL_OVERHEAD || sealed.len > IDENTITY_MAX + SEAL_OVERHEAD ||
                keys_get(base->keys, id, &key) != 0)
                return 1;
        seal_row_id(&place, id);
        int rc = seal_open(&key, &place, sealed.at, sealed.len, plain);
        ids_wipe(&key, sizeof key);
        if (rc != 0 || seal_unpack(plain, sealed.len - SEAL_OVERHEAD, fields, 4) != 0) {
                LOG(LOG_WARN, "store", "a sealed name does not open; it is shown as unknown");
                return 1;
        }
        *identity = (struct identity){fields[0], fields[1], fields[2], fields[3]};
        return 0;
}

wall_ms base_months_before(struct base *base, wall_ms now, int months)
{
        struct clock_local local = {.date = clock_to_local(now).date};
        store_day day = civil_to_day(local.date);
        for (size_t i = 0; i < ARRAY_LEN(base->since); i++)
                if (base->since[i].months == months && base->since[i].day == day)
                        return base->since[i].at;
        int32_t month = local.date.year * 12 + local.date.month - 1 - months;
        local.date.year = month / 12;
        local.date.month = month % 12 + 1;
        if (local.date.day > civil_month_days(local.date.year, local.date.month))
                local.date.day = civil_month_days(local.date.year, local.date.month);
        wall_ms at = now;
        clock_from_local(&local, &at);
        base->since[1] = base->since[0];
        base->since[0] = (struct base_since){day, months, at};
        return at;
}
