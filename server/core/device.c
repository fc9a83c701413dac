/* Phones that the store's Wi-Fi knows, and the slots that stand for them on a day [P45, P46].
 *
 * A day's slots follow from what is on disk, so that they are the same after a restart: first the devices
 * that counted when the day began, in an order that the day's key makes, then those bound since, as they
 * came. A device that is taken back keeps its place, without a tag, until nobody can ask for it any more. */
#include "server/core/state.h"
#include "server/core/consent.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {"keyid", "user", "mac"};
static const uint8_t kind_ids[] = {AGENT_ID_KEYID, AGENT_ID_USER, AGENT_ID_MAC};

struct place {
        uint64_t order;
        uint32_t device;
};

bool devices_create(struct hub *hub)
{
        if (hub->set.devices_most == 0)
                hub->set.devices_most = 1;
        hub->devices = calloc(hub->set.devices_most, sizeof(*hub->devices));
        for (int i = 0; i < 2; i++)
                hub->sets[i].device = calloc(hub->set.devices_most, sizeof(*hub->sets[i].device));
        return hub->devices && hub->sets[0].device && hub->sets[1].device;
}

void devices_destroy(struct hub *hub)
{
        free(hub->devices);
        free(hub->sets[0].device);
        free(hub->sets[1].device);
}

static bool device_counts(const struct device_row *d, store_day day)
{
        return d->person && !d->gone && d->until >= day && d->silent != day && d->silent != DEVICE_PAUSED;
}

/* ---- a day's slots ---- */

static void day_key(const struct hub *hub, store_day day, uint8_t out[AGENT_KEY_BYTES])
{
        static const char what[] = "maitred wifi day";
        crypto_generichash_state state;
        crypto_generichash_init(&state, hub->wifi_key, sizeof(hub->wifi_key), AGENT_KEY_BYTES);
        crypto_generichash_update(&state, (const uint8_t *)what, sizeof(what));
        crypto_generichash_update(&state, (const uint8_t *)&hub->store, sizeof(hub->store));
        crypto_generichash_update(&state, (const uint8_t *)&day, sizeof(day));
        crypto_generichash_final(&state, out, AGENT_KEY_BYTES);
        sodium_memzero(&state, sizeof(state));
}

static int by_order(const void *a, const void *b)
{
        const struct place *x = a, *y = b;
        if (x->order != y->order)
                return x->order < y->order ? -1 : 1;
        return x->device < y->device ? -1 : x->device > y->device;
}

static void deal(struct hub *hub, struct tag_set *set, store_day day)
{
        struct place *places = hub->n_devices ? calloc(hub->n_devices, sizeof(*places)) : NULL;
        uint32_t n = 0;
        set->day = day;
        set->n = 0;
        day_key(hub, day, set->key);
        for (uint32_t i = 0; places && i < hub->n_devices; i++) {
                const struct device_row *d = &hub->devices[i];
                if (d->bound >= day || d->until < day || (d->gone && d->gone < day))
                        continue;
                places[n].device = i;
                crypto_generichash((uint8_t *)&places[n].order, sizeof(places[n].order),
                        (const uint8_t *)&d->id, sizeof(d->id), set->key, sizeof(set->key));
                n++;
        }
        if (n)
                qsort(places, n, sizeof(*places), by_order);
        for (uint32_t i = 0; i < n; i++)
                set->device[set->n++] = places[i].device;
        for (uint32_t i = 0; i < hub->n_devices; i++)
                if (hub->devices[i].bound == day)
                        set->device[set->n++] = i;
        free(places);
}

/* Those that no slot can name any more make room. */
static void purge(struct hub *hub, store_day day)
{
        uint32_t kept = 0;
        for (uint32_t i = 0; i < hub->n_devices; i++) {
                const struct device_row *d = &hub->devices[i];
                if (d->until >= day - 1 && (!d->gone || d->gone >= day - 1))
                        hub->devices[kept++] = *d;
        }
        sodium_memzero(hub->devices + kept, (hub->n_devices - kept) * sizeof(*hub->devices));
        hub->n_devices = kept;
}

void devices_day(struct hub *hub)
{
        store_day day = hub->event->day;
        if (hub->sets[0].day == day)
                return;
        purge(hub, day);
        deal(hub, &hub->sets[0], day);
        deal(hub, &hub->sets[1], day - 1);
        uint64_t version = (uint64_t)(hub->event->wall / SECOND_MS);
        hub->tag_version = version > hub->tag_version ? version : hub->tag_version + 1;
        hub->changes_from = hub->tag_version;
        agents_new_set(hub);
}

void devices_start(struct hub *hub, const struct snapshot *s)
{
        memcpy(hub->wifi_key, s->wifi_key, sizeof(hub->wifi_key));
        hub->next_device = 1;
        for (uint32_t i = 0; i < s->n_devices && i < hub->set.devices_most; i++) {
                hub->devices[hub->n_devices++] = s->devices[i];
                if (s->devices[i].id >= hub->next_device)
                        hub->next_device = s->devices[i].id + 1;
        }
        devices_day(hub);
}

void devices_tags(struct hub *hub, bool any)
{
        if (hub->no_tags == !any)
                return;
        hub->no_tags = !any;
        hub->changes_from = ++hub->tag_version;
        agents_new_set(hub);
}

const struct device_row *device_of_slot(const struct hub *hub, int64_t day, int64_t slot)
{
        for (int i = 0; i < 2; i++) {
                const struct tag_set *set = &hub->sets[i];
                if (hub->no_tags || set->day != day || slot < 0 || slot >= set->n)
                        continue;
                const struct device_row *d = &hub->devices[set->device[slot]];
                return device_counts(d, hub->event->day) ? d : NULL;
        }
        return NULL;
}

struct agent_tag device_tag(const struct hub *hub, uint32_t slot)
{
        const struct tag_set *set = &hub->sets[0];
        struct agent_tag tag = {0};
        const struct device_row *d = slot < set->n ? &hub->devices[set->device[slot]] : NULL;
        if (d && device_counts(d, set->day))
                agent_tag(set->key, (enum agent_id)d->kind, d->bytes, d->len, &tag);
        return tag;
}

/* ---- changes ---- */

static void step_set(struct hub *hub, uint32_t device, bool add)
{
        for (uint32_t slot = 0; slot < hub->sets[0].n; slot++) {
                if (hub->sets[0].device[slot] != device)
                        continue;
                uint64_t version = ++hub->tag_version;
                hub->changes[version % TAG_CHANGES_KEPT] = (struct tag_change){slot, add};
                if (version - hub->changes_from > TAG_CHANGES_KEPT)
                        hub->changes_from = version - TAG_CHANGES_KEPT;
        }
}

static store_day silence(enum devices_do what, store_day day)
{
        return what == DEVICES_SILENT ? day : what == DEVICES_PAUSED ? DEVICE_PAUSED : 0;
}

void devices_write(struct hub *hub, struct pending *p, uint32_t person, enum devices_do what)
{
        bool any = false;
        for (uint32_t i = 0; i < hub->n_devices; i++) {
                const struct device_row *d = &hub->devices[i];
                any = any || (d->person == person && !d->gone &&
                                     (what != DEVICES_SPEAK || d->silent >= hub->event->day));
        }
        if (!any)
                return;
        struct write *w = pending_write(p, WRITE_DEVICES);
        w->devices.person = person;
        w->devices.silent = silence(what, hub->event->day);
        w->devices.gone = what == DEVICES_GONE ? hub->event->day : 0;
        p->devices = what;
        p->session_subject = person;
}

static void take_back(struct device_row *d, store_day day)
{
        sodium_memzero(d->bytes, sizeof(d->bytes));
        d->person = 0;
        d->len = 0;
        d->gone = day;
}

static void apply_all(struct hub *hub, uint32_t person, enum devices_do what)
{
        store_day day = hub->event->day;
        for (uint32_t i = 0; i < hub->n_devices; i++) {
                struct device_row *d = &hub->devices[i];
                if (d->person != person)
                        continue;
                bool counted = device_counts(d, day);
                d->silent = silence(what, day);
                if (what == DEVICES_GONE)
                        take_back(d, day);
                if (counted != device_counts(d, day))
                        step_set(hub, i, !counted);
        }
        if (what != DEVICES_SPEAK)
                presence_forget(hub->presence, person);
}

static void apply_one(struct hub *hub, const struct device_row *row)
{
        hub->device_in_flight = false;
        for (uint32_t i = 0; i < hub->n_devices; i++) {
                struct device_row *d = &hub->devices[i];
                if (d->id != row->id)
                        continue;
                bool counted = device_counts(d, hub->event->day);
                *d = *row;
                if (counted != device_counts(d, hub->event->day))
                        step_set(hub, i, !counted);
                return;
        }
        if (hub->n_devices == hub->set.devices_most)
                return;
        hub->devices[hub->n_devices] = *row;
        if (row->bound == hub->sets[0].day)
                hub->sets[0].device[hub->sets[0].n++] = hub->n_devices;
        step_set(hub, hub->n_devices++, true);
}

void devices_committed(struct hub *hub, struct pending *p)
{
        if (p->device.id)
                apply_one(hub, &p->device);
        if (p->devices != DEVICES_LEAVE)
                apply_all(hub, p->session_subject, p->devices);
        if (p->device.id || p->devices != DEVICES_LEAVE)
                agents_pump(hub);
}

/* ---- the operator binds a device ---- */

static void operator_bound(struct hub *hub, struct pending *p)
{
        char body[200], id[DEVICE_ID_MAX + 1] = "";
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        if (p->device.kind == AGENT_ID_KEYID) { /* the others are hers, and known to whoever typed them */
                memcpy(id, p->device.bytes, p->device.len);
                json_text(&j, "keyid", id);
        }
        json_number(&j, "days", p->device.until - p->device.bound);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

/* Fills kind and bytes as tags are made of them. False: it is no such id. */
static bool read_id(const struct pending *p, struct device_row *out)
{
        const struct msg_make_device *m = &p->message.make_device;
        struct slice id = slice_of(m->id);
        char user[AGENT_USER_MAX], made[2 * 10 + 1];
        out->kind = 0;
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
                if (strcmp(m->kind, kinds[i]) == 0)
                        out->kind = kind_ids[i];
        if (out->kind == AGENT_ID_MAC) {
                out->len = 6;
                return agent_mac_parse(id, out->bytes) == 0;
        }
        if (out->kind == AGENT_ID_KEYID && id.len == 0) {
                sodium_bin2hex(made, sizeof(made), p->fresh.secret[0].b, 10);
                id = slice_of(made);
        }
        if (out->kind == AGENT_ID_USER) {
                id.len = agent_user_normalise(id, user);
                id.at = user;
        }
        if (id.len == 0 || id.len > DEVICE_ID_MAX || (out->kind == AGENT_ID_KEYID && !agent_keyid_ok(id)))
                return false;
        memcpy(out->bytes, id.at, id.len);
        out->len = (uint8_t)id.len;
        return true;
}

static bool same_id(const struct device_row *a, const struct device_row *b)
{
        return a->kind == b->kind && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* The device that has this id already and counts; NULL: none. */
static const struct device_row *find_same(const struct hub *hub, const struct device_row *row)
{
        for (uint32_t i = 0; i < hub->n_devices; i++) {
                const struct device_row *d = &hub->devices[i];
                if (d->person && !d->gone && d->until >= hub->event->day && same_id(d, row))
                        return d;
        }
        return NULL;
}

/* The pending's device: renewed if it is known, else new. */
static void bind(struct hub *hub, struct pending *p, const struct device_row *same, struct device_row row,
        uint32_t person)
{
        row = same ? *same : row;
        if (!same) {
                row.id = hub->next_device++;
                row.person = person;
                row.bound = hub->event->day;
        }
        row.silent = 0;
        row.until = hub->event->day + hub->set.device_valid_days;
        p->device = row;
        pending_write(p, WRITE_DEVICE)->device = row;
        hub->device_in_flight = true;
}

/* Her page may reach the hub by another way than the store's network, or her phone be known by a key of its
 * own: then it is what the access point holds of her that is renewed. */
static void renew_sensed(struct hub *hub, struct pending *p, uint32_t person)
{
        struct presence_view view;
        bool here = presence_look(hub->presence, person, hub->event->mono, &view);
        for (uint32_t i = 0; here && view.device && i < hub->n_devices; i++) {
                const struct device_row *d = &hub->devices[i];
                if (d->id == view.device && d->person == person && !d->gone)
                        bind(hub, p, d, *d, person);
        }
}

void device_bind_station(struct hub *hub, struct pending *p, uint32_t person)
{
        struct device_row row = {.kind = AGENT_ID_MAC, .len = sizeof(p->station)};
        if (!p->facts.wifi || hub->device_in_flight)
                return;
        if (!p->has_station) {
                renew_sensed(hub, p, person);
                return;
        }
        memcpy(row.bytes, p->station, sizeof(p->station));
        const struct device_row *same = find_same(hub, &row);
        if (same ? same->person == person : hub->n_devices < hub->set.devices_most)
                bind(hub, p, same, row, person);
}

static void device_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        struct device_row row = {0};
        bool known = d && (d->found & DOSSIER_PERSON);
        p->facts.person = known ? d->person.id : 0;
        if (!pending_may_note(hub, p, NONE))
                return; /* she may be taking her consent back */
        if (!known || !consent_sensed(d->consents, d->n_consents, hub->event->wall)) {
                out_refuse(hub, p, 409, "no_consent", "She has not allowed that the Wi-Fi notices her phone.",
                        "She can, on her own page.");
                return;
        }
        if (!read_id(p, &row)) {
                out_refuse(hub, p, 400, "no_id", "That is no id of this kind.",
                        "A keyid has at most 31 printable characters, a MAC twelve hexadecimal digits.");
                return;
        }
        const struct device_row *same = find_same(hub, &row);
        if ((same && same->person != d->person.id) || (!same && hub->n_devices == hub->set.devices_most)) {
                out_refuse(hub, p, 409, same ? "taken" : "full",
                        same ? "Another customer's phone is known by this." : "No more phones can be known.",
                        same ? "Use another id." : "Raise limits.devices.");
                return;
        }
        if (hub->device_in_flight) { /* one after another: their order is part of the day's slots */
                pending_wait(hub, p);
                return;
        }
        bind(hub, p, same, row, d->person.id);
        pending_commit(hub, p, operator_bound);
}

void operator_device(struct hub *hub, struct pending *p)
{
        struct effect load = {.load = {.by = LOAD_BY_EXTERNAL_ID, .want = WANT_PERSON}};
        memcpy(load.load.external, p->message.make_device.customer, sizeof(p->message.make_device.customer));
        pending_load(hub, p, &load, device_loaded);
}
