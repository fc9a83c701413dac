/* Purchase lines: every reference resolved, then compared with what is there under the same id, then written.
 */
#include "server/hub/store/import_row.h"

#include <string.h>

/* A line as it will stand in the table. */
struct line {
        uint32_t person, store, seller, product, class;
        wall_ms at;
        int64_t price; /* PRICE_UNKNOWN = not known */
        int32_t quantity;
        uint8_t channel, gift, status, precision;
        struct slice brand, item, colour, size, currency;
};

/* Where a line with this id lies now. */
struct place {
        uint64_t line; /* 0 = nowhere */
        uint32_t person;
        wall_ms at;
};

static struct place find_place(struct import *im, struct slice external)
{
        struct place place = {0};
        sqlite3_stmt *s = statement_use(&im->base->all, ST_LINE_FIND);
        statement_text(s, ":external", external);
        int rc = statement_step(s);
        if (rc == SQLITE_ROW) {
                place.line = (uint64_t)statement_get(s, "line");
                place.person = (uint32_t)statement_get(s, "person");
                place.at = statement_get(s, "at");
        } else if (rc != SQLITE_DONE) {
                import_ran(im, rc);
        }
        statement_done(s);
        return place;
}

/* "-3", "3"; false when it is no whole number up to a million. */
static bool number(struct slice text, int32_t *out)
{
        bool minus = text.len > 0 && *text.at == '-';
        int32_t value = 0;
        if (text.len == 0 || text.len - minus == 0 || text.len - minus > 7)
                return false;
        for (size_t i = minus; i < text.len; i++) {
                if (text.at[i] < '0' || text.at[i] > '9')
                        return false;
                value = value * 10 + (text.at[i] - '0');
        }
        *out = minus ? -value : value;
        return value <= 1000000;
}

/* A negative quantity is how some tills write a return; it never reads as bought. */
static enum import_outcome read_quantity(struct import *im, struct line *line)
{
        struct slice text = import_field_of(im, LINE_QUANTITY), status = import_field_of(im, LINE_STATUS);
        line->quantity = 1;
        line->status = STATUS_BOUGHT;
        if (slice_is(status, "returned"))
                line->status = STATUS_RETURNED;
        else if (slice_is(status, "cancelled"))
                line->status = STATUS_CANCELLED;
        else if (status.len > 0 && !slice_is(status, "bought"))
                return import_reject(im, LINE_STATUS, "is not a status (bought, returned, cancelled)");
        if (text.len > 0 && !number(text, &line->quantity))
                return import_reject(im, LINE_QUANTITY, "is not a whole number up to 1000000");
        if (line->quantity == 0)
                return import_reject(im, LINE_QUANTITY, "is 0");
        if (line->quantity < 0) {
                line->quantity = -line->quantity;
                if (line->status == STATUS_BOUGHT)
                        line->status = STATUS_RETURNED;
        }
        return IMPORT_NEW;
}

static bool currency_ok(struct slice text)
{
        if (text.len != 3)
                return false;
        for (size_t i = 0; i < 3; i++)
                if (text.at[i] < 'A' || text.at[i] > 'Z')
                        return false;
        return true;
}

/* No price, or one in a currency that cannot be read, is "unknown": matched by every limit, by no show. */
static enum import_outcome read_price(struct import *im, struct line *line)
{
        struct slice text = import_field_of(im, LINE_PRICE), currency = import_field_of(im, LINE_CURRENCY);
        char code[4] = "";
        line->price = PRICE_UNKNOWN;
        if (text.len > 0 && *text.at == '-')
                return import_reject(im, LINE_PRICE, "is below 0");
        memcpy(code, im->base->currency, sizeof code);
        if (currency.len > 0 && currency_ok(currency))
                memcpy(code, currency.at, 3);
        if (text.len > 0 && !import_money(text, code, &line->price))
                return import_reject(
                        im, LINE_PRICE, "is not an amount such as 1299.00, of at most 15 digits");
        if (currency.len > 0 && !currency_ok(currency))
                line->price = PRICE_UNKNOWN;
        else if (currency.len > 0 && !slice_is(currency, im->base->currency))
                line->currency = currency;
        return IMPORT_NEW;
}

static enum import_outcome read_time(struct import *im, struct line *line)
{
        line->at = im->row->at;
        line->precision = im->row->precision;
        if (line->precision == 0 || line->precision > 3)
                return import_reject(im, LINE_AT, "is empty");
        if (line->at > im->batch->now + DAY_MS)
                return import_reject(im, LINE_AT, "lies in the future");
        /* 1900: earlier than any till. */
        if (line->at < INT64_C(-2208988800000))
                return import_reject(im, LINE_AT, "lies before 1900");
        return IMPORT_NEW;
}

static uint32_t online_shop(const struct base *base)
{
        for (uint32_t i = 0; i < base->catalog.n_stores; i++)
                if (base->catalog.stores[i].channel == CHANNEL_ONLINE)
                        return base->catalog.stores[i].id;
        return 0;
}

static enum import_outcome read_store(struct import *im, struct line *line)
{
        struct slice store = import_field_of(im, LINE_STORE), channel = import_field_of(im, LINE_CHANNEL);
        if (channel.len > 0 && !slice_is(channel, "in-store") && !slice_is(channel, "online"))
                return import_reject(im, LINE_CHANNEL, "is not a channel (in-store, online)");
        if (store.len > 0) {
                line->store = import_find_store(im, store, &line->channel);
                if (line->store == 0)
                        return import_reject(im, LINE_STORE, "is not known; import the stores first");
        }
        if (channel.len > 0)
                line->channel = slice_is(channel, "online") ? CHANNEL_ONLINE : CHANNEL_IN_STORE;
        if (store.len == 0)
                line->store = line->channel == CHANNEL_ONLINE ? online_shop(im->base) : im->base->own_store;
        return IMPORT_NEW;
}

static enum import_outcome read_row(struct import *im, struct line *line)
{
        struct slice seller = import_field_of(im, LINE_ASSOCIATE);
        enum import_outcome outcome = read_time(im, line);
        if (outcome == IMPORT_NEW)
                outcome = read_quantity(im, line);
        if (outcome == IMPORT_NEW)
                outcome = read_price(im, line);
        if (outcome == IMPORT_NEW)
                outcome = read_store(im, line);
        if (outcome != IMPORT_NEW)
                return outcome;
        if (seller.len > 0) {
                line->seller = import_find_associate(im, seller);
                if (line->seller == 0)
                        return import_reject(im, LINE_ASSOCIATE, "is not known; import the associates first");
        }
        line->gift = slice_is(import_field_of(im, LINE_GIFT), "1");
        line->brand = import_field_of(im, LINE_BRAND);
        line->item = import_field_of(im, LINE_ITEM);
        line->colour = import_field_of(im, LINE_COLOUR);
        line->size = import_field_of(im, LINE_SIZE);
        return IMPORT_NEW;
}

static bool text_same(sqlite3_stmt *s, const char *column, struct slice text)
{
        struct slice have = statement_get_slice(s, column);
        return have.len == text.len && (text.len == 0 || memcmp(have.at, text.at, text.len) == 0);
}

static bool int_same(sqlite3_stmt *s, const char *column, int64_t value)
{
        return statement_get(s, column) == value;
}

/* Whether the table has exactly this line at its place; *seller is who sold it by the table. */
static bool same_as_stored(
        struct import *im, const struct place *place, const struct line *l, uint32_t *seller)
{
        sqlite3_stmt *s = statement_use(&im->base->all, ST_PURCHASE_GET);
        statement_int(s, ":person", place->person);
        statement_int(s, ":at", place->at);
        statement_int(s, ":line", (int64_t)place->line);
        bool same = false;
        if (statement_step(s) == SQLITE_ROW) {
                bool no_price = sqlite3_column_type(s, statement_column(s, "price")) == SQLITE_NULL;
                *seller = (uint32_t)statement_get(s, "seller");
                same = place->person == l->person && place->at == l->at && int_same(s, "store", l->store) &&
                       int_same(s, "channel", l->channel) && int_same(s, "seller", l->seller) &&
                       int_same(s, "product", l->product) && int_same(s, "class", l->class) &&
                       int_same(s, "gift", l->gift) && int_same(s, "quantity", l->quantity) &&
                       int_same(s, "status", l->status) && int_same(s, "precision", l->precision) &&
                       (no_price ? l->price == PRICE_UNKNOWN : int_same(s, "price", l->price)) &&
                       text_same(s, "currency", l->currency) && text_same(s, "brand", l->brand) &&
                       text_same(s, "item", l->item) && text_same(s, "colour", l->colour) &&
                       text_same(s, "size", l->size);
        }
        statement_done(s);
        return same;
}

static bool put(struct import *im, uint64_t ref, const struct line *l)
{
        sqlite3_stmt *s = statement_use(&im->base->all, ST_PURCHASE_PUT);
        statement_int(s, ":person", l->person);
        statement_int(s, ":at", l->at);
        statement_int(s, ":line", (int64_t)ref);
        statement_int(s, ":store", l->store);
        statement_int(s, ":channel", l->channel);
        statement_int(s, ":seller", l->seller);
        if (l->product != 0)
                statement_int(s, ":product", l->product);
        if (l->class != 0)
                statement_int(s, ":class", l->class);
        statement_text_or_null(s, ":brand", l->brand);
        statement_text_or_null(s, ":item", l->item);
        statement_text_or_null(s, ":colour", l->colour);
        statement_text_or_null(s, ":size", l->size);
        statement_int(s, ":gift", l->gift);
        statement_int(s, ":quantity", l->quantity);
        if (l->price != PRICE_UNKNOWN)
                statement_int(s, ":price", l->price);
        statement_text_or_null(s, ":currency", l->currency);
        statement_int(s, ":status", l->status);
        statement_int(s, ":precision", l->precision);
        return import_ran(im, statement_run(s));
}

static bool place_statement(
        struct import *im, enum statement which, uint32_t seller, const struct place *place)
{
        sqlite3_stmt *s = statement_use(&im->base->all, which);
        if (which == ST_RECENT_DROP)
                statement_int(s, ":seller", seller);
        else
                statement_int(s, ":person", place->person);
        statement_int(s, ":at", place->at);
        statement_int(s, ":line", (int64_t)place->line);
        return import_ran(im, statement_run(s));
}

/* Takes the line away from where it lies; the id's entry stays. */
static bool take_away(struct import *im, uint32_t seller, const struct place *place)
{
        return place_statement(im, ST_PURCHASE_DROP, seller, place) &&
               place_statement(im, ST_RECENT_DROP, seller, place);
}

static bool put_recent(struct import *im, uint64_t ref, const struct line *l)
{
        if (l->seller == 0 || l->status != STATUS_BOUGHT || l->at < im->batch->now - IMPORT_RECENT_MS)
                return true;
        sqlite3_stmt *s = statement_use(&im->base->all, ST_RECENT_PUT);
        statement_int(s, ":seller", l->seller);
        statement_int(s, ":at", l->at);
        statement_int(s, ":line", (int64_t)ref);
        statement_int(s, ":person", l->person);
        return import_ran(im, statement_run(s));
}

static bool put_entry(struct import *im, enum statement which, uint64_t ref, const struct line *l)
{
        sqlite3_stmt *s = statement_use(&im->base->all, which);
        statement_text(s, ":external", import_field_of(im, LINE_ID));
        if (which == ST_LINE_ADD)
                statement_int(s, ":line", (int64_t)ref);
        statement_int(s, ":person", l->person);
        statement_int(s, ":at", l->at);
        return import_ran(im, statement_run(s));
}

/* What she said of a line goes with her, not with whom the line belongs to now. */
static bool drop_choice(struct import *im, const struct place *place)
{
        sqlite3_stmt *s = statement_use(&im->base->all, ST_CHOICE_DROP);
        statement_int(s, ":person", place->person);
        statement_int(s, ":line", (int64_t)place->line);
        return import_ran(im, statement_run(s));
}

/* A line that was somebody's and is nobody's any more, or of somebody who is not kept. */
static enum import_outcome remove_line(
        struct import *im, const struct place *place, enum import_outcome outcome)
{
        uint32_t seller = 0;
        struct line none = {0};
        if (place->line == 0)
                return outcome;
        same_as_stored(im, place, &none, &seller);
        sqlite3_stmt *s = statement_use(&im->base->all, ST_LINE_DROP);
        statement_text(s, ":external", import_field_of(im, LINE_ID));
        if (take_away(im, seller, place) && drop_choice(im, place))
                import_ran(im, statement_run(s));
        return outcome;
}

static enum import_outcome correct(struct import *im, const struct place *place, const struct line *l)
{
        uint32_t seller = 0;
        if (same_as_stored(im, place, l, &seller))
                return IMPORT_SAME;
        if (take_away(im, seller, place) && put(im, place->line, l) && put_recent(im, place->line, l))
                put_entry(im, ST_LINE_MOVE, place->line, l);
        if (im->rc == SQLITE_OK && place->person != l->person)
                drop_choice(im, place);
        return IMPORT_UPDATED;
}

enum import_outcome import_purchase_row(struct import *im)
{
        struct line line = {.channel = CHANNEL_IN_STORE};
        struct slice customer = import_field_of(im, LINE_CUSTOMER);
        bool enrolled = false;
        if (customer.len == 0) {
                struct place place = find_place(im, import_field_of(im, LINE_ID));
                return remove_line(im, &place, IMPORT_NO_CUSTOMER);
        }
        enum import_outcome outcome = read_row(im, &line);
        if (outcome != IMPORT_NEW || im->rc != SQLITE_OK)
                return outcome;
        struct place place = find_place(im, import_field_of(im, LINE_ID));
        line.person = import_find_person(im, customer, &enrolled);
        if (im->rc == SQLITE_OK && im->base->keep_enrolled && !enrolled)
                return remove_line(im, &place, IMPORT_NOT_KEPT);
        if (line.person == 0 && im->rc == SQLITE_OK)
                line.person = import_new_person(im, &(struct identity){.external = customer});
        if (im->rc == SQLITE_OK)
                line.class = import_class(im, import_field_of(im, LINE_CLASS));
        if (im->rc == SQLITE_OK)
                line.product = import_product(im, import_field_of(im, LINE_SKU));
        if (im->rc != SQLITE_OK)
                return IMPORT_NEW;
        if (place.line != 0)
                return correct(im, &place, &line);
        uint64_t ref = im->base->next_line++;
        if (put_entry(im, ST_LINE_ADD, ref, &line) && put(im, ref, &line))
                put_recent(im, ref, &line);
        return IMPORT_NEW;
}
