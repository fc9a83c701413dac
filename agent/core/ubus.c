#include "agent/core/ubus.h"

struct walk {
        const char *at, *end;
        bool bad; /* sticky */
};

static char peek(struct walk *w)
{
        while (w->at < w->end && (*w->at == ' ' || *w->at == '\t' || *w->at == '\n' || *w->at == '\r'))
                w->at++;
        return w->at < w->end && !w->bad ? *w->at : 0;
}

static bool take(struct walk *w, char mark)
{
        if (peek(w) != mark)
                return false;
        w->at++;
        return true;
}

/* A string as it stands; escapes are passed over, not resolved: nothing that we look for has any. */
static struct slice string(struct walk *w)
{
        if (!take(w, '"')) {
                w->bad = true;
                return (struct slice){"", 0};
        }
        struct slice s = {w->at, 0};
        while (w->at < w->end && *w->at != '"')
                w->at += *w->at == '\\' && w->end - w->at > 1 ? 2 : 1;
        s.len = (size_t)(w->at - s.at);
        if (!take(w, '"'))
                w->bad = true;
        return s;
}

/* Passes over one value of any kind. */
static void skip(struct walk *w)
{
        int depth = 0;
        do {
                char c = peek(w);
                if (c == '"') {
                        string(w);
                } else if (c == '{' || c == '[') {
                        w->at++;
                        depth++;
                } else if (depth > 0 && (c == '}' || c == ']')) {
                        w->at++;
                        depth--;
                } else if (depth > 0 && (c == ',' || c == ':')) {
                        w->at++;
                } else {
                        const char *first = w->at;
                        while (w->at < w->end && !memchr(" \t\r\n,:{}[]\"", *w->at, 11))
                                w->at++;
                        w->bad = w->bad || w->at == first;
                }
                w->bad = w->bad || depth > UBUS_DEPTH_MAX || (depth > 0 && w->at == w->end);
        } while (depth > 0 && !w->bad);
}

/* The next member of an object that was entered: its name, with the value to come. False at the end. */
static bool member(struct walk *w, struct slice *name)
{
        if (take(w, '}'))
                return false;
        take(w, ',');
        *name = string(w);
        if (!take(w, ':'))
                w->bad = true;
        return !w->bad;
}

static int64_t number(struct walk *w)
{
        bool minus = take(w, '-');
        int64_t v = 0;
        int digits = 0;
        for (; w->at < w->end && *w->at >= '0' && *w->at <= '9'; w->at++, digits++)
                v = digits < 15 ? v * 10 + (*w->at - '0') : v;
        if (digits == 0 || digits > 15)
                v = 0;
        while (w->at < w->end && memchr("0123456789.eE+-", *w->at, 15))
                w->at++;
        return minus ? -v : v;
}

static int8_t signal_of(int64_t v)
{
        return v < 0 && v >= -128 ? (int8_t)v : 0;
}

static void nobody(struct core_station *out, enum core_heard heard)
{
        *out = (struct core_station){.heard = heard, .inactive_ms = -1, .connected_s = -1};
}

static bool heard_by(struct slice name, enum core_heard *heard)
{
        static const char *const gone[] = {"disassoc", "deauth", "local-deauth", "inactive-deauth"};
        *heard = CORE_JOINED;
        if (slice_is(name, "sta-authorized"))
                return true;
        *heard = CORE_LEFT;
        for (size_t i = 0; i < ARRAY_LEN(gone); i++)
                if (slice_is(name, gone[i]))
                        return true;
        return false;
}

bool ubus_event(struct slice line, struct core_station *out)
{
        struct walk w = {line.at, line.at + line.len, false};
        struct slice name;
        enum core_heard heard;
        bool found = false;
        if (!take(&w, '{') || !member(&w, &name) || !heard_by(name, &heard) || !take(&w, '{'))
                return false;
        nobody(out, heard);
        while (member(&w, &name)) {
                if (slice_is(name, "address") && peek(&w) == '"')
                        found = agent_mac_parse(string(&w), out->mac) == 0;
                else if (slice_is(name, "signal"))
                        out->rssi = signal_of(number(&w));
                else
                        skip(&w);
        }
        return found && !w.bad;
}

static void client(struct walk *w, struct slice address,
        void (*each)(void *ctx, const struct core_station *s), void *ctx)
{
        struct core_station s;
        struct slice name;
        bool authorized = false, associated = false, says = false;
        nobody(&s, CORE_SEEN);
        if (!take(w, '{')) {
                skip(w);
                return;
        }
        while (member(w, &name)) {
                if (slice_is(name, "authorized")) {
                        says = true;
                        authorized = peek(w) == 't';
                        skip(w);
                } else if (slice_is(name, "assoc")) {
                        associated = peek(w) == 't';
                        skip(w);
                } else if (slice_is(name, "signal")) {
                        s.rssi = signal_of(number(w));
                } else {
                        skip(w);
                }
        }
        /* Older builds have no word for it; their list holds those who were let in, by and large. */
        if (!says)
                authorized = associated;
        if (!w->bad && authorized && agent_mac_parse(address, s.mac) == 0)
                each(ctx, &s);
}

int ubus_clients(struct slice json, void (*each)(void *ctx, const struct core_station *s), void *ctx)
{
        struct walk w = {json.at, json.at + json.len, false};
        struct slice name;
        bool found = false;
        if (!take(&w, '{'))
                return 1;
        while (member(&w, &name)) {
                if (!slice_is(name, "clients") || !take(&w, '{')) {
                        skip(&w);
                        continue;
                }
                found = true;
                while (member(&w, &name))
                        client(&w, name, each, ctx);
        }
        return found && !w.bad ? 0 : 1;
}
