/* What a console is told of walk-in tests: the lamps of the newest, and how those before it ended [P154]. */
#include "server/core/state.h"
#include "proto/civil.h"
#include "proto/json.h"

#include <stdio.h>
#include <stdlib.h>

#define BODY_MOST (32 * 1024)

static const char *const whys[] = {
        "", "no_phone", "not_read", "not_saved", "late", "no_handheld", "silent", "gone"};

static void write_lamp(struct json_out *j, const char *key, const struct lamp *lamp)
{
        static const char *const states[] = {"none", "waiting", "green", "red"};
        json_open(j, key, '{');
        json_text(j, "state", states[lamp->state]);
        json_number(j, "ms", lamp->ms);
        json_text(j, "why", whys[lamp->why]);
        json_close(j, '}');
}

static void write_asked(const struct hub *hub, struct json_out *j)
{
        const struct walkin *w = hub->walkin;
        json_open(j, "handhelds", '[');
        for (uint32_t i = 0; i < w->n_asked; i++) {
                char id[SESSION_ID_TEXT + 1];
                uint32_t who = associate_find(hub, w->asked[i].associate);
                session_id(&w->asked[i].device, id);
                json_open(j, NULL, '{');
                json_text(j, "id", id);
                json_text(j, "name", who == NONE ? "" : hub->associates[who].row.first);
                write_lamp(j, "lamp", &w->asked[i].lamp);
                json_close(j, '}');
        }
        json_close(j, ']');
        json_number(j, "rest", w->rest);
}

static void write_past(struct json_out *j, const struct walkins *past)
{
        wall_ms phone_at = 0;
        for (uint32_t i = 0; i < past->n && phone_at == 0; i++)
                phone_at = past->row[i].phone && past->row[i].green ? past->row[i].at : 0;
        json_number(j, "phone_at_ms", phone_at);
        json_open(j, "past", '[');
        for (uint32_t i = 0; i < past->n; i++) {
                const struct walkin_row *row = &past->row[i];
                char day[40];
                struct civil_date d = civil_from_day(row->day);
                snprintf(day, sizeof(day), "%04d-%02d-%02d", d.year, d.month, d.day);
                json_open(j, NULL, '{');
                json_number(j, "at_ms", row->at);
                json_text(j, "day", day);
                json_flag(j, "morning", row->morning);
                json_flag(j, "phone", row->phone);
                json_flag(j, "green", row->green);
                json_text(j, "why", row->why < ARRAY_LEN(whys) ? whys[row->why] : "late");
                json_number(j, "phone_ms", row->phone_ms);
                json_number(j, "hub_ms", row->hub_ms);
                json_number(j, "handhelds", row->handhelds);
                json_number(j, "answered", row->answered);
                json_number(j, "first_ms", row->first_ms);
                json_close(j, '}');
        }
        json_close(j, ']');
}

static const char *state_word(const struct walkin *w)
{
        if (w->test == 0)
                return "none";
        if (w->over)
                return w->row.green ? "green" : "red";
        return w->phone.state == LAMP_WAITING ? "waiting" : "running";
}

static void told(struct hub *hub, struct pending *p)
{
        const struct walkin *w = hub->walkin;
        char *body = malloc(BODY_MOST);
        struct json_out j;
        if (!body) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        json_start(&j, body, BODY_MOST);
        json_open(&j, NULL, '{');
        json_number(&j, "now_ms", hub->event->wall);
        json_number(&j, "test", w->test);
        json_text(&j, "state", state_word(w));
        json_flag(&j, "morning", w->row.morning);
        json_number(&j, "at_ms", w->row.at);
        write_lamp(&j, "phone", &w->phone);
        write_lamp(&j, "hub", &w->hub);
        write_lamp(&j, "handheld", &w->handheld);
        write_asked(hub, &j);
        write_past(&j, &w->past);
        json_close(&j, '}');
        if (j.overflow) /* names of sixty-four people at their longest */
                out_refuse(hub, p, 503, "busy", "That has grown too large to show.", "Tell the operator.");
        else
                out_answer(hub, p, 200, body, j.len);
        free(body);
}

static void told_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_LOOK) != NONE)
                told(hub, p);
}

void walkin_told(struct hub *hub, struct pending *p)
{
        if (p->face == FACE_OPERATOR)
                told(hub, p);
        else
                manager_load(hub, p, told_loaded);
}
