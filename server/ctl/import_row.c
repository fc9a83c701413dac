#include <errno.h>
#include <stdio.h>

#include "server/ctl/import.h"

static int reject(struct import_row *row, const char *field, const char *why)
{
        snprintf(row->reason, sizeof row->reason, "%s %s", field, why);
        return 1;
}

/* The zone of the row's store: what --zone says, what the hub knows of that store, the hub's own. NULL: there
 * is no memory for it. */
static const struct zone *zone_of(const struct import_run *run, struct slice store)
{
        if (run->zone)
                return run->zone;
        char id[IMPORT_ID_MAX + 1];
        if (store.len == 0 || store.len > IMPORT_ID_MAX)
                return run->hub_zone;
        memcpy(id, store.at, store.len);
        id[store.len] = 0;
        const char *name = json_string_value(json_object_get(run->zones, id));
        const struct zone *zone = name && name[0] ? zone_find(slice_of(name)) : run->hub_zone;
        return zone || errno == ENOMEM ? zone : run->hub_zone;
}

static int convert_time(const struct import_run *run, struct slice text, struct import_row *row)
{
        const char *why;
        int store = import_field_find(IMPORT_PURCHASES, "store");
        if (text.len == 0)
                return reject(row, "at", "is empty");
        const struct zone *zone = zone_of(run, row->field[store]);
        if (!zone)
                return reject(row, "at", "cannot be read: there is no memory for its zone");
        if (zone_parse(zone, text, &row->at, &row->precision, &why) != 0)
                return reject(row, "at", why);
        return 0;
}

/* A quantity below 0 is how many tills write a return. *negative tells; the sign is taken off. */
static struct slice without_sign(struct slice text, bool *negative)
{
        while (text.len > 0 && *text.at == ' ')
                text.at++, text.len--;
        *negative = text.len > 1 && *text.at == '-';
        return *negative ? (struct slice){text.at + 1, text.len - 1} : text;
}

static int finish_purchase(const struct import_run *run, const struct map *map,
        const struct sheet_record *record, bool negative, struct import_row *row)
{
        int status = import_field_find(IMPORT_PURCHASES, "status");
        if (negative && (row->field[status].len == 0 || slice_is(row->field[status], "bought")))
                row->field[status] = slice_of("returned");
        int column = map->column[import_field_find(IMPORT_PURCHASES, "at")];
        return convert_time(run, column < 0 ? (struct slice){"", 0} : record->field[column], row);
}

static const char *zone_fault(const struct import_row *row, size_t field)
{
        if (row->field[field].len == 0 || zone_find(row->field[field]))
                return NULL;
        return errno == ENOMEM ? "cannot be looked up: there is no memory"
                               : "is no time zone of the tz database, such as Europe/Paris";
}

/* Only the id goes to the hub, so that a line which was somebody's is hers no longer. One without an id is
 * counted here. */
static int without_customer(
        const struct map *map, const struct sheet_record *record, char *scratch, struct import_row *row)
{
        int id = import_field_find(IMPORT_PURCHASES, "id");
        const char *why;
        for (size_t i = 0; i < import_field_count(IMPORT_PURCHASES); i++)
                row->field[i] = (struct slice){"", 0};
        if (import_normalise(
                    IMPORT_FORM_ID, record->field[map->column[id]], scratch, &row->field[id], &why) != 0)
                return 2;
        return row->field[id].len > 0 ? 0 : 2;
}

int import_row_make(struct import_run *run, const struct map *map, const struct sheet_record *record,
        char *scratch, struct import_row *row)
{
        const struct import_field *fields = import_fields(map->kind);
        bool negative = false;
        row->line = record->line;
        row->at = 0;
        row->precision = 0;
        row->reason[0] = 0;
        if (record->n != map->n_columns) {
                snprintf(row->reason, sizeof row->reason, "has %zu columns, the header has %zu", record->n,
                        map->n_columns);
                return 1;
        }
        if (map->kind == IMPORT_PURCHASES) {
                int customer = map->column[import_field_find(IMPORT_PURCHASES, "customer")];
                if (customer < 0 || record->field[customer].len == 0)
                        return without_customer(map, record, scratch, row);
        }
        for (size_t i = 0; fields[i].name; i++) {
                const char *why;
                int column = map->column[i];
                struct slice in = column < 0 ? (struct slice){"", 0} : record->field[column];
                row->field[i] = (struct slice){"", 0};
                if (fields[i].form == IMPORT_FORM_TIME)
                        continue;
                if (fields[i].form == IMPORT_FORM_COUNT)
                        in = without_sign(in, &negative);
                char *out = scratch + i * (IMPORT_FIELD_MAX + 1);
                if (import_normalise(fields[i].form, in, out, &row->field[i], &why) != 0)
                        return reject(row, fields[i].name, why);
                if (fields[i].required && row->field[i].len == 0)
                        return reject(row, fields[i].name, "is empty");
                bool zone = map->kind == IMPORT_STORES && strcmp(fields[i].name, "zone") == 0;
                if (zone && (why = zone_fault(row, i)) != NULL)
                        return reject(row, "zone", why);
        }
        return map->kind == IMPORT_PURCHASES ? finish_purchase(run, map, record, negative, row) : 0;
}
