#include "server/core/papers.h"
#include "server/core/manager.h"
#include "server/core/papers_words.h"
#include "server/core/state.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_MAX (48 * 1024) /* both papers, with every name as long as it may be */

const char *paper_language(uint32_t nth)
{
        return paper_words(nth)->language;
}

const char *paper_title(uint32_t nth)
{
        return paper_words(nth)->title;
}

const char *paper_line_word(enum paper_line line)
{
        switch (line) {
        case PAPER_WHO:
                return "controller";
        case PAPER_PURPOSE:
                return "purpose";
        case PAPER_SENSORS:
                return "sensors";
        case PAPER_HOURS:
                return "hours";
        case PAPER_USED:
                return "used";
        case PAPER_AGE:
                return "age";
        case PAPER_RIGHTS:
                return "rights";
        case PAPER_NO_PHONE:
                return "no_phone";
        case PAPER_NOTICE:
                return "notice";
        case PAPER_LINES:
                break;
        }
        return "";
}

/* ---- the sign ---- */
static void fill(const char *sentence, const char *first, const char *second, char out[PAPER_LINE_MAX])
{
        const char *const values[] = {first, second};
        paper_fill(sentence, values, ARRAY_LEN(values), out, PAPER_LINE_MAX);
}

/* Whom to ask, and where: what the settings have of it, with commas. */
static void reach(const struct hub_controller *c, char *out, size_t room)
{
        const char *parts[] = {c->contact, c->street, c->country, c->email, c->phone};
        size_t len = 0;
        out[0] = 0;
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
                size_t n = strlen(parts[i]);
                if (n == 0 || len + n + 3 > room)
                        continue;
                len += (size_t)snprintf(out + len, room - len, "%s%s", len ? ", " : "", parts[i]);
        }
}

void paper_sign(const struct paper_facts *f, uint32_t nth, enum paper_line line, char out[PAPER_LINE_MAX])
{
        const struct paper_words *w = paper_words(nth);
        const int32_t *v = f->house->value;
        char first[512], second[HOUSE_VALUE_MAX + NOTICE_NAME_MAX + 16];
        out[0] = 0;
        switch (line) {
        case PAPER_WHO:
                reach(&f->set->controller, first, sizeof(first));
                fill(w->who, f->controller, first[0] ? first : f->policy, out);
                return;
        case PAPER_PURPOSE:
                fill(w->purpose, "", "", out);
                return;
        case PAPER_SENSORS:
                fill(f->sensors ? w->wifi : w->no_sensors, "", "", out);
                return;
        case PAPER_HOURS:
                house_value_text(HOUSE_OPENS, v[HOUSE_OPENS], first);
                house_value_text(HOUSE_CLOSES, v[HOUSE_CLOSES], second);
                fill((v[HOUSE_CLOSES] - v[HOUSE_OPENS]) % (24 * 60) == 0 ? w->always : w->hours, first,
                        second, out);
                return;
        case PAPER_USED:
                house_value_text(HOUSE_PURCHASES, v[HOUSE_PURCHASES], first);
                fill(w->used, first, "", out);
                return;
        case PAPER_AGE:
                house_value_text(HOUSE_AGE, v[HOUSE_AGE], first);
                fill(w->age, first, "", out);
                return;
        case PAPER_RIGHTS:
                fill(w->rights, "", "", out);
                return;
        case PAPER_NO_PHONE:
                fill(w->no_phone, "", "", out);
                return;
        case PAPER_NOTICE:
                second[0] = 0;
                if (f->notice[0])
                        snprintf(second, sizeof(second), " (%s, %u)", f->notice, f->notice_version);
                fill(w->notice, f->policy, second, out);
                return;
        case PAPER_LINES:
                return;
        }
}

/* ---- what is asked ---- */
void papers_facts(const struct hub *hub, struct paper_facts *out)
{
        const struct hub_settings *set = &hub->set;
        *out = (struct paper_facts){.set = set,
                .house = &hub->house,
                .store = hub->store_name,
                .controller = set->controller.name[0] ? set->controller.name : hub->store_name,
                .policy = set->controller.policy[0] ? set->controller.policy : set->origin,
                .notice = "",
                .notice_version = notice_newest(hub),
                .sensors = hub->n_agents > 0};
}

static void sign_told(struct hub *hub, struct pending *p, const struct paper_facts *f)
{
        char body[ANSWER_MAX], line[PAPER_LINE_MAX];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "store", f->store);
        json_text(&j, "url", f->policy);
        json_flag(&j, "sensors", f->sensors);
        json_open(&j, "signs", '[');
        for (uint32_t i = 0; i < PAPER_LANGUAGES; i++) {
                json_open(&j, NULL, '{');
                json_text(&j, "language", paper_language(i));
                json_text(&j, "title", paper_title(i));
                json_open(&j, "lines", '[');
                for (int k = 0; k < PAPER_LINES; k++) {
                        paper_sign(f, i, (enum paper_line)k, line);
                        json_open(&j, NULL, '{');
                        json_text(&j, "about", paper_line_word((enum paper_line)k));
                        json_text(&j, "say", line);
                        json_close(&j, '}');
                }
                json_close(&j, ']');
                json_close(&j, '}');
        }
        json_close(&j, ']');
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

static void record_told(struct hub *hub, struct pending *p, const struct paper_facts *f)
{
        char body[ANSWER_MAX];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        paper_record(f, &j);
        json_close(&j, '}');
        out_answer(hub, p, 200, body, j.len);
}

static void told(struct hub *hub, struct pending *p)
{
        struct paper_facts facts;
        char name[NOTICE_NAME_MAX] = "";
        struct digest promised;
        papers_facts(hub, &facts);
        notice_name(hub, facts.notice_version, name, &promised);
        facts.notice = name;
        if (p->message.type == MESSAGE_SIGN_TEXT)
                sign_told(hub, p, &facts);
        else
                record_told(hub, p, &facts);
}

static void loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_LOOK) != NONE)
                told(hub, p);
}

static void ask(struct hub *hub, struct pending *p)
{
        if (p->face == FACE_OPERATOR)
                told(hub, p);
        else
                manager_load(hub, p, loaded);
}

void papers_sign_text(struct hub *hub, struct pending *p)
{
        ask(hub, p);
}

void papers_record(struct hub *hub, struct pending *p)
{
        ask(hub, p);
}
