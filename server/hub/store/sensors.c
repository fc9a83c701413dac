#include "server/hub/store/sensors.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/common/ids.h"
#include "server/hub/store/seal.h"

#define KNOWN_MAX    (1 + DEVICE_ID_MAX)
#define DEVICES_MOST 65536

static const struct seal_place device_place = {.table = "device", .column = "known_by"};

static size_t seal_device(
        struct base *base, const struct device_row *d, uint8_t out[KNOWN_MAX + SEAL_OVERHEAD])
{
        uint8_t plain[KNOWN_MAX];
        struct seal_place place = device_place;
        struct key key;
        if (keys_get(base->keys, d->person, &key) != 0)
                return 0;
        plain[0] = d->kind;
        memcpy(plain + 1, d->bytes, d->len);
        seal_row_id(&place, d->id);
        size_t len = seal(&key, &place, plain, 1u + d->len, out);
        ids_wipe(&key, sizeof key);
        ids_wipe(plain, sizeof plain);
        return len;
}

/* What does not open belongs to nobody. */
static void open_device(struct base *base, struct device_row *d, struct slice sealed)
{
        uint8_t plain[KNOWN_MAX];
        struct seal_place place = device_place;
        struct key key;
        seal_row_id(&place, d->id);
        if (sealed.len <= SEAL_OVERHEAD || sealed.len > KNOWN_MAX + SEAL_OVERHEAD ||
                keys_get(base->keys, d->person, &key) != 0 ||
                seal_open(&key, &place, sealed.at, sealed.len, plain) != 0) {
                d->person = 0;
                return;
        }
        d->kind = plain[0];
        d->len = (uint8_t)(sealed.len - SEAL_OVERHEAD - 1);
        memcpy(d->bytes, plain + 1, d->len);
        ids_wipe(&key, sizeof key);
        ids_wipe(plain, sizeof plain);
}

static int write_device(struct base *base, const struct device_row *d)
{
        uint8_t sealed[KNOWN_MAX + SEAL_OVERHEAD];
        size_t len = seal_device(base, d, sealed);
        if (len == 0)
                return SQLITE_CONSTRAINT; /* without her key it is not kept */
        sqlite3_stmt *s = statement_use(&base->all, ST_DEVICE_PUT);
        statement_int(s, ":id", d->id);
        statement_int(s, ":person", d->person);
        statement_blob(s, ":known_by", sealed, len);
        statement_int(s, ":bound", d->bound);
        statement_int(s, ":until", d->until);
        statement_int(s, ":silent", d->silent);
        return statement_run(s);
}

static int write_devices(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, w->devices.gone ? ST_DEVICES_GONE : ST_DEVICES_SILENT);
        statement_int(s, ":person", w->devices.person);
        statement_int(s, ":day", w->devices.gone ? w->devices.gone : w->devices.silent);
        return statement_run(s);
}

static int write_sensor(struct base *base, const struct sensor_row *row)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SENSOR_PUT);
        statement_int(s, ":id", row->id);
        statement_text(s, ":name", slice_of(row->name));
        statement_text(s, ":zone", slice_of(row->zone));
        statement_blob(s, ":token", row->paired ? row->token.b : NULL, row->paired ? sizeof row->token.b : 0);
        statement_int(s, ":boot", (int64_t)row->boot);
        statement_int(s, ":seq", (int64_t)row->seq);
        statement_blob(
                s, ":code", row->code_until ? row->code.b : NULL, row->code_until ? sizeof row->code.b : 0);
        statement_int(s, ":code_until", row->code_until);
        return statement_run(s);
}

static int write_claimed(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_SENSOR_CLAIMED);
        statement_int(s, ":id", w->claimed.sensor);
        statement_int(s, ":boot", (int64_t)w->claimed.boot);
        statement_int(s, ":seq", (int64_t)w->claimed.seq);
        return statement_run(s);
}

int sensors_write(struct base *base, const struct write *w)
{
        if (w->kind == WRITE_DEVICE)
                return write_device(base, &w->device);
        if (w->kind == WRITE_DEVICES)
                return write_devices(base, w);
        return w->kind == WRITE_SENSOR ? write_sensor(base, &w->sensor) : write_claimed(base, w);
}

static int read_devices(struct base *base, store_day today, struct snapshot *out)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_DEVICE_PURGE);
        statement_int(s, ":before", today - 1);
        int rc = statement_run(s);
        if (rc != SQLITE_OK)
                return rc;
        uint32_t room = 0;
        s = statement_use(&base->all, ST_DEVICE_LIST);
        statement_int(s, ":most", DEVICES_MOST);
        while ((rc = statement_step(s)) == SQLITE_ROW && out->n_devices < DEVICES_MOST) {
                if (out->n_devices == room) {
                        room = room ? room * 2 : 64;
                        struct device_row *more = realloc(out->devices, room * sizeof *more);
                        if (more == NULL) {
                                statement_done(s);
                                return SQLITE_NOMEM;
                        }
                        out->devices = more;
                }
                struct device_row *d = &out->devices[out->n_devices++];
                memset(d, 0, sizeof *d);
                d->id = (uint32_t)statement_get(s, "id");
                d->person = (uint32_t)statement_get(s, "person");
                d->bound = (store_day)statement_get(s, "bound");
                d->until = (store_day)statement_get(s, "until");
                d->gone = (store_day)statement_get(s, "gone");
                d->silent = (store_day)statement_get(s, "silent");
                if (d->person)
                        open_device(base, d, statement_get_slice(s, "known_by"));
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static void read_digest(sqlite3_stmt *s, const char *column, struct digest *out)
{
        struct slice bytes = statement_get_slice(s, column);
        if (bytes.len == sizeof out->b)
                memcpy(out->b, bytes.at, sizeof out->b);
}

static int read_sensors(struct base *base, struct snapshot *out)
{
        out->sensors = calloc(SENSORS_MAX, sizeof *out->sensors);
        if (out->sensors == NULL)
                return SQLITE_NOMEM;
        sqlite3_stmt *s = statement_use(&base->all, ST_SENSOR_LIST);
        int rc;
        while ((rc = statement_step(s)) == SQLITE_ROW && out->n_sensors < SENSORS_MAX) {
                struct sensor_row *row = &out->sensors[out->n_sensors++];
                row->id = (uint32_t)statement_get(s, "id");
                base_cut(row->name, sizeof row->name, statement_get_slice(s, "name"));
                base_cut(row->zone, sizeof row->zone, statement_get_slice(s, "zone"));
                row->paired = statement_get_slice(s, "token").len != 0;
                read_digest(s, "token", &row->token);
                row->boot = (uint64_t)statement_get(s, "boot");
                row->seq = (uint64_t)statement_get(s, "seq");
                read_digest(s, "code", &row->code);
                row->code_until = statement_get(s, "code_until");
        }
        statement_done(s);
        return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* The key that days' keys are made of is itself made of the hub's own: it stands on no disk. */
static void make_wifi_key(struct base *base, uint8_t out[32])
{
        static const char what[] = "maitred wifi";
        struct key own;
        keys_own(base->keys, &own);
        crypto_generichash(out, 32, (const uint8_t *)what, sizeof what, own.b, sizeof own.b);
        ids_wipe(&own, sizeof own);
}

int sensors_read(struct base *base, store_day today, struct snapshot *out)
{
        make_wifi_key(base, out->wifi_key);
        int rc = read_devices(base, today, out);
        return rc == SQLITE_OK ? read_sensors(base, out) : rc;
}
