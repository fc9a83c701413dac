#include "server/hub/store/lines.h"

#include <string.h>

#include "server/common/clock.h"
#include "server/core/consent.h"

static const struct base_columns *columns_of(struct base *base, sqlite3_stmt *s)
{
        struct base_columns *c = &base->line_columns;
        if (s == NULL || c->known)
                return c;
        *c = (struct base_columns){
                .known = true,
                .at = statement_column(s, "at"),
                .line = statement_column(s, "line"),
                .store = statement_column(s, "store"),
                .channel = statement_column(s, "channel"),
                .seller = statement_column(s, "seller"),
                .product = statement_column(s, "product"),
                .class = statement_column(s, "class"),
                .brand = statement_column(s, "brand"),
                .item = statement_column(s, "item"),
                .colour = statement_column(s, "colour"),
                .size = statement_column(s, "size"),
                .gift = statement_column(s, "gift"),
                .quantity = statement_column(s, "quantity"),
                .price = statement_column(s, "price"),
                .currency = statement_column(s, "currency"),
                .status = statement_column(s, "status"),
        };
        return c;
}

static bool wanted(const struct base *base, const struct effect *load, enum category category)
{
        const struct dossier *head = &base->room.head;
        return (load->load.assume & CATEGORY_BIT(category)) != 0 ||
               consent_category_ok(head->consents, head->n_consents, category, load->load.now);
}

/* An amount in another currency cannot be compared with the rules' limits, so it counts as unknown. */
static int64_t price_of(const struct base *base, sqlite3_stmt *s, const struct base_columns *c)
{
        struct slice currency = statement_slice(s, c->currency);
        if (sqlite3_column_type(s, c->price) == SQLITE_NULL)
                return PRICE_UNKNOWN;
        if (currency.len > 0 && !slice_is(currency, base->currency))
                return PRICE_UNKNOWN;
        return sqlite3_column_int64(s, c->price);
}

static void place(struct base *base, struct purchase *line, uint32_t class_id)
{
        const struct catalog_class *class = catalog_class(&base->catalog, class_id);
        const struct catalog_store *store = catalog_store(&base->catalog, line->store);
        line->department_index = class ? class->department : DEPARTMENT_OTHER;
        line->sensitive = class ? class->sensitive : 1;
        line->kind = class ? history_text(&base->room, slice_of(class->name)) : 0;
        line->department =
                history_text(&base->room, slice_of(base->catalog.departments[line->department_index]));
        line->store_name = store ? history_text(&base->room, slice_of(store->name)) : 0;
}

static void date(struct purchase *line, store_day as_of)
{
        struct civil_date day = clock_to_local(line->at).date;
        store_day then = civil_to_day(day);
        int32_t days = civil_age_days(then, as_of);
        line->age_days = days < 0 ? 0 : days;
        line->age_months = civil_age_months(then, as_of);
        line->year = day.year < 0 ? 0 : (uint16_t)day.year;
        line->month = (uint8_t)day.month;
}

/* What the line says itself, or else its article. */
static pooled text_of(struct base *base, sqlite3_stmt *s, int column, struct slice article)
{
        bool own = sqlite3_column_type(s, column) != SQLITE_NULL;
        return history_text(&base->room, own ? statement_slice(s, column) : article);
}

/* An SQLite code; without an article there is nothing to take from it. */
static int article_of(struct base *base, sqlite3_stmt *s, const struct base_columns *c, struct article *out)
{
        *out = (struct article){0};
        if (sqlite3_column_type(s, c->product) == SQLITE_NULL)
                return SQLITE_OK;
        int rc = articles_get(&base->articles, &base->all, sqlite3_column_int64(s, c->product), out);
        return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_line(struct base *base, sqlite3_stmt *s, const struct base_columns *c, store_day as_of,
        struct purchase *line)
{
        struct article article;
        int rc = article_of(base, s, c, &article);
        bool own_class = sqlite3_column_type(s, c->class) != SQLITE_NULL;
        *line = (struct purchase){
                .at = sqlite3_column_int64(s, c->at),
                .unit_price = price_of(base, s, c),
                .ref = (uint64_t)sqlite3_column_int64(s, c->line),
                .store = (uint32_t)sqlite3_column_int64(s, c->store),
                .seller = (uint32_t)sqlite3_column_int64(s, c->seller),
                .quantity = sqlite3_column_int(s, c->quantity),
                .brand = text_of(base, s, c->brand, article.brand),
                .item = text_of(base, s, c->item, article.item),
                .colour = text_of(base, s, c->colour, article.colour),
                .size = text_of(base, s, c->size, article.size),
                .channel = (uint8_t)sqlite3_column_int(s, c->channel),
                .status = (uint8_t)sqlite3_column_int(s, c->status),
                .gift = sqlite3_column_int(s, c->gift) != 0,
        };
        place(base, line, own_class ? (uint32_t)sqlite3_column_int64(s, c->class) : article.class);
        date(line, as_of);
        return rc;
}

/* Her choices are few and her lines many: each choice looks for its line. */
static int mark_choices(struct base *base, uint32_t person)
{
        struct dossier *head = &base->room.head;
        sqlite3_stmt *s = statement_use(&base->all, ST_CHOICE_LIST);
        int rc;
        statement_int(s, ":person", person);
        while ((rc = statement_step(s)) == SQLITE_ROW) {
                uint64_t ref = (uint64_t)statement_get(s, "line");
                uint8_t choice = (uint8_t)statement_get(s, "choice");
                for (uint32_t i = 0; i < head->n_lines; i++)
                        if (base->room.lines[i].ref == ref)
                                base->room.lines[i].choice = choice;
        }
        statement_done(s);
        return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* How far back: as the house rules say, where the core names it. */
static int months_of(const struct base *base, const struct effect *load)
{
        return load->load.purchase_months ? load->load.purchase_months : base->retention_months;
}

int lines_load(struct base *base, const struct effect *load)
{
        struct dossier *head = &base->room.head;
        bool instore = wanted(base, load, CATEGORY_INSTORE);
        bool online = wanted(base, load, CATEGORY_ONLINE);
        bool other = wanted(base, load, CATEGORY_OTHER_STORES);
        int rc, bad = SQLITE_OK;
        if (!instore && !online && !other)
                return SQLITE_OK;
        wall_ms as_of = load->load.as_of ? load->load.as_of : load->load.now;
        store_day today = clock_store_day(as_of);
        sqlite3_stmt *s = statement_use(&base->all, ST_PURCHASE_HISTORY);
        statement_int(s, ":person", head->person.id);
        statement_int(s, ":since", base_months_before(base, load->load.now, months_of(base, load)));
        statement_int(s, ":own", base->own_store);
        statement_int(s, ":instore", instore);
        statement_int(s, ":online", online);
        statement_int(s, ":other_stores", other);
        statement_int(s, ":most", DOSSIER_LINES_MAX);
        const struct base_columns *c = columns_of(base, s);
        while (bad == SQLITE_OK && (rc = statement_step(s)) == SQLITE_ROW &&
                head->n_lines < DOSSIER_LINES_MAX)
                bad = read_line(base, s, c, today, &base->room.lines[head->n_lines++]);
        statement_done(s);
        if (bad != SQLITE_OK)
                return bad;
        if (rc != SQLITE_DONE && rc != SQLITE_ROW)
                return rc;
        return head->n_lines > 0 ? mark_choices(base, head->person.id) : SQLITE_OK;
}
