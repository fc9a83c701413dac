/* The record of processing (GDPR, article 30) [P153]: what the store does with data about people, each with
 * whom it is about, for what, on what ground, who sees it and how long it is kept, by the settings that are
 * in force. What needs a yes is taken from the scopes that a receipt knows, so that none can be asked for and
 * not stand here. */
#include "proto/shift.h"
#include "server/core/papers_words.h"
#include "server/core/receipt_words.h"

#include <stdio.h>
#include <string.h>

#define KEPT_MAX     400 /* as long as record.json lets it be */
#define NUMBERS_MOST 5   /* of one sentence */

struct activity {
        const char *what, *purpose, *ground, *people, *data, *seen_by;
        const char *kept;
};

static void put(struct json_out *j, const struct activity *a)
{
        json_open(j, NULL, '{');
        json_text(j, "what", a->what);
        json_text(j, "purpose", a->purpose);
        json_text(j, "ground", a->ground);
        json_text(j, "people", a->people);
        json_text(j, "data", a->data);
        json_text(j, "seen_by", a->seen_by);
        json_text(j, "kept", a->kept);
        json_close(j, '}');
}

/* ---- what she says yes to ---- */
/* Who may be asked for a guest, by the turns that this store has. */
static void asked_for_her(const struct hub_settings *set, char out[KEPT_MAX])
{
        snprintf(out, KEPT_MAX, "the associate whom she chose%s%s%s%s",
                set->rung_ms[RUNG_STAND_IN] ? ", then who stands in for her" : "",
                set->rung_ms[RUNG_DEPARTMENT] ? ", then three of the department" : "",
                set->rung_ms[RUNG_FLOOR] ? ", then four of the floor" : "",
                set->rung_ms[RUNG_MANAGER] ? ", then the managers" : "");
}

/* A sentence of whole numbers. */
static void counted(const char *sentence, const long long numbers[NUMBERS_MOST], char out[KEPT_MAX])
{
        char text[NUMBERS_MOST][24];
        const char *values[NUMBERS_MOST];
        for (size_t i = 0; i < ARRAY_LEN(values); i++) {
                snprintf(text[i], sizeof(text[i]), "%lld", numbers[i]);
                values[i] = text[i];
        }
        paper_fill(sentence, values, ARRAY_LEN(values), out, KEPT_MAX);
}

static void kept_of(const struct paper_facts *f, const struct receipt_scope *s, char out[KEPT_MAX])
{
        const int32_t *v = f->house->value;
        long long yes = f->set->consent_valid_ms / DAY_MS;
        if (s->purpose == PURPOSE_ALERT && s->category == CATEGORY_PRESENCE)
                counted("a visit counts for {} h at most after a scan; her card leaves the screens {} min "
                        "after the last sign; which screen had it: [1 hour|{} hours]; who had her visit "
                        "last, "
                        "and as which card: [1 day|{} days]; that she came, and who was asked: as long as "
                        "the numbers look back; the yes: [1 day|{} days]",
                        (long long[NUMBERS_MOST]){v[HOUSE_HOLDS], v[HOUSE_CARD_LEAVES], v[HOUSE_PRESENCE],
                                v[HOUSE_VISITS], yes},
                        out);
        else if (s->purpose == PURPOSE_ALERT && s->mode == MODE_STANDING)
                counted("the yes: [1 month|{} months] at most, [1 month|{} months] if it is not used, or "
                        "until she has said \"not today\" on [1 day|{} days]; cards and visits as after a "
                        "scan",
                        (long long[NUMBERS_MOST]){v[HOUSE_ENDS], v[HOUSE_FADES], v[HOUSE_NOT_TODAYS]}, out);
        else if (s->purpose == PURPOSE_ALERT)
                counted("what her phone is known by: [1 day|{} days] after it was last seen; where it was "
                        "noticed: in memory only, {} s; the yes: [1 day|{} days]",
                        (long long[NUMBERS_MOST]){f->set->device_valid_days,
                                f->set->presence.source[SOURCE_WIFI].ttl_ms / SECOND_MS, yes},
                        out);
        else if (s->category == CATEGORY_NOTES)
                counted("[1 note|{} notes] of one customer at most, [1 day|{} days] each, or until she "
                        "strikes one",
                        (long long[NUMBERS_MOST]){f->set->notes_most, f->set->notes_keep_ms / DAY_MS, 0},
                        out);
        else
                counted("a card is made of what was bought in the last [month|{} months]; what was on it, "
                        "and on which visit: [1 month|{} months], or the shorter time that she chose; that "
                        "it "
                        "was shown, and to whom: as long as the numbers look back; the yes: [1 day|{} days]",
                        (long long[NUMBERS_MOST]){v[HOUSE_PURCHASES], v[HOUSE_MIRROR], yes}, out);
}

static void scope(const struct paper_facts *f, struct json_out *j, const struct receipt_scope *s)
{
        char kept[KEPT_MAX], seen_by[KEPT_MAX];
        asked_for_her(f->set, seen_by);
        kept_of(f, s, kept);
        if (s->purpose == PURPOSE_ALERT && s->category == CATEGORY_SENSED && !f->sensors)
                snprintf(kept, sizeof(kept), "not done: the store has no sensors");
        else if (s->purpose == PURPOSE_ALERT && s->category == CATEGORY_SENSED &&
                 !house_wifi(f->house, false))
                snprintf(kept, sizeof(kept), "%s",
                        f->house->value[HOUSE_WIFI_SIGN]
                                ? "on her own page only; nobody is told: the house rules leave the sensors "
                                  "unused"
                                : "not done: the sign that tells of the sensors does not hang yet");
        if (s->category == CATEGORY_NOTES && f->set->notes_most == 0)
                snprintf(kept, sizeof(kept), "not done: nobody is asked for notes");
        put(j, &(struct activity){.what = s->why,
                       .purpose = "that somebody can meet and help her",
                       .ground = "her consent to this alone, article 6(1)(a)",
                       .people = "customers who allowed it",
                       .data = s->what,
                       .seen_by = s->category == CATEGORY_NOTES ? "the associate who wrote it; nobody else"
                                                                : seen_by,
                       .kept = kept});
}

/* ---- what goes with it ---- */
static void proof(const struct paper_facts *f, struct json_out *j)
{
        char kept[KEPT_MAX];
        counted("as long as the store must be able to show it: no term is set; a \"no, thanks\" is kept on "
                "her own phone only, [1 day|{} days]",
                (long long[NUMBERS_MOST]){f->house->value[HOUSE_REFUSAL], 0, 0}, kept);
        put(j, &(struct activity){"Keeping what customers agreed to, took back and objected to",
                       "to be able to show it, and to honour it", "articles 6(1)(c), 7(1) and 21",
                       "customers who said yes or no",
                       "what was said, when, how, under which notice, in which language",
                       "the customer herself; whoever runs the hub", kept});
}

static void files(const struct paper_facts *f, struct json_out *j)
{
        const char *whose = f->set->joined_only ? "customers who joined" : "customers of the store's files";
        put(j, &(struct activity){"Reading the store's files of sales and customers",
                       "to know whose associate somebody is, and to invite her after a sale",
                       "the store's legitimate interest, article 6(1)(f); she may object at any time", whose,
                       "names and contacts (sealed), purchases, day of birth where the files have it",
                       "who rang up a sale, that sale, to invite her; nobody else before she agrees",
                       "as long as the store's files have it: no term is set here; she may object at any "
                       "time"});
}

static void staff(struct json_out *j)
{
        char kept[KEPT_MAX];
        counted("shifts: [1 day|{} days]; the rest while the store's list of people has them",
                (long long[NUMBERS_MOST]){SHIFTS_BACK_MS / DAY_MS, 0, 0}, kept);
        put(j, &(struct activity){"Knowing who works here, and when", "to ask somebody who is there",
                       "the employment, article 6(1)(b) and the country's rules of article 88",
                       "associates and managers",
                       "name, role, departments, shifts, handhelds, a PIN's seal, how offers were answered",
                       "the managers; an associate her own", kept});
        put(j, &(struct activity){"Counting a week", "to see whether guests are met",
                       "the store's legitimate interest, article 6(1)(f)",
                       "nobody: counts of ten customers at least",
                       "numbers of visits, answers and spend in steps",
                       "the managers; an associate her own week",
                       "no term is set: nobody can be told from them"});
}

static void controller(const struct paper_facts *f, struct json_out *j)
{
        const struct hub_controller *c = &f->set->controller;
        json_open(j, "controller", '{');
        json_text(j, "name", f->controller);
        json_text(j, "street", c->street);
        json_text(j, "country", c->country);
        json_text(j, "contact", c->contact);
        json_text(j, "email", c->email);
        json_text(j, "phone", c->phone);
        json_text(j, "law", c->jurisdiction);
        json_close(j, '}');
}

/* A value with its unit. Those of house.def that are words are plurals; h, min, s are said of one as of many.
 */
static void with_unit(const char *value, const char *unit, char *out, size_t room)
{
        size_t n = strlen(unit);
        if (n > 3 && unit[n - 1] == 's' && strcmp(value, "1") == 0)
                n--;
        snprintf(out, room, "%s%s%.*s", value, n ? " " : "", (int)n, unit);
}

static void rules(const struct paper_facts *f, struct json_out *j)
{
        char value[HOUSE_VALUE_MAX], text[HOUSE_LIST_MAX];
        json_open(j, "house", '[');
        for (int i = 0; i < HOUSE_RULES; i++) {
                const struct house_info *info = house_info((enum house_rule)i);
                house_value_text((enum house_rule)i, f->house->value[i], value);
                if (!house_list_text(f->house, (enum house_rule)i, text))
                        with_unit(value, info->unit, text, sizeof(text));
                json_open(j, NULL, '{');
                json_text(j, "key", info->key);
                json_text(j, "say", info->sentence);
                json_text(j, "value", text);
                json_close(j, '}');
        }
        json_close(j, ']');
}

void paper_record(const struct paper_facts *f, struct json_out *j)
{
        const struct receipt_words *words = receipt_words("en");
        json_text(j, "store", f->store);
        controller(f, j);
        json_open(j, "notice", '{');
        json_text(j, "name", f->notice);
        json_number(j, "version", f->notice_version);
        json_text(j, "url", f->policy);
        json_close(j, '}');
        json_open(j, "activities", '[');
        for (size_t i = 0; i < RECEIPT_SCOPE_WORDS; i++)
                scope(f, j, &words->scopes[i]);
        proof(f, j);
        files(f, j);
        staff(j);
        json_close(j, ']');
        json_text(j, "recipients",
                "Nobody outside the store: nothing is sent, sold or shared, and nothing leaves for another "
                "country.");
        json_text(j, "security",
                "Names, contacts and notes are sealed under keys of their own; TLS to every phone and "
                "handheld; the "
                "process that speaks to the network has no database and no key; each look at a card is "
                "written down.");
        rules(f, j);
}
