#include "agent/core/hostapd.h"

static bool blank(char c)
{
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0;
}

/* The next word, up to a blank; what follows stays in *rest. */
static struct slice word(struct slice *rest)
{
        while (rest->len > 0 && blank(*rest->at)) {
                rest->at++;
                rest->len--;
        }
        struct slice w = {rest->at, 0};
        while (w.len < rest->len && !blank(rest->at[w.len]))
                w.len++;
        rest->at += w.len;
        rest->len -= w.len;
        return w;
}

static bool cut(struct slice *text, const char *before)
{
        size_t n = strlen(before);
        if (text->len < n || memcmp(text->at, before, n) != 0)
                return false;
        text->at += n;
        text->len -= n;
        return true;
}

static struct slice line(struct slice *rest)
{
        struct slice l = {rest->at, 0};
        while (l.len < rest->len && rest->at[l.len] != '\n')
                l.len++;
        size_t taken = l.len < rest->len ? l.len + 1 : l.len;
        rest->at += taken;
        rest->len -= taken;
        while (l.len > 0 && blank(l.at[l.len - 1]))
                l.len--;
        return l;
}

static int64_t number(struct slice text, int64_t otherwise)
{
        int64_t v = 0;
        size_t i = text.len > 0 && text.at[0] == '-' ? 1 : 0, first = i;
        for (; i < text.len && i < first + 15 && text.at[i] >= '0' && text.at[i] <= '9'; i++)
                v = v * 10 + (text.at[i] - '0');
        if (i == first || i < text.len)
                return otherwise;
        return first ? -v : v;
}

static void nobody(struct core_station *out)
{
        *out = (struct core_station){.inactive_ms = -1, .connected_s = -1};
}

static enum hostapd_line station(struct slice rest, enum core_heard heard, struct core_station *out)
{
        out->heard = heard;
        if (agent_mac_parse(word(&rest), out->mac))
                return HOSTAPD_OTHER;
        for (struct slice w = word(&rest); w.len > 0; w = word(&rest))
                if (cut(&w, "keyid="))
                        out->keyid = w;
        return HOSTAPD_STATION;
}

enum hostapd_line hostapd_event(struct slice text, struct slice *interface, struct core_station *out)
{
        struct slice rest = text, what;
        nobody(out);
        *interface = (struct slice){text.at, 0};
        what = word(&rest);
        if (cut(&what, "IFNAME=")) {
                *interface = what;
                what = word(&rest);
        }
        if (what.len >= 3 && what.at[0] == '<' && what.at[2] == '>') {
                what.at += 3;
                what.len -= 3;
        }
        if (slice_is(what, "AP-STA-CONNECTED"))
                return station(rest, CORE_JOINED, out);
        if (slice_is(what, "AP-STA-DISCONNECTED"))
                return station(rest, CORE_LEFT, out);
        if (slice_is(what, "AP-ENABLED"))
                return HOSTAPD_ENABLED;
        if (slice_is(what, "AP-DISABLED") || slice_is(what, "INTERFACE-DISABLED"))
                return HOSTAPD_DISABLED;
        if (slice_is(what, "CTRL-EVENT-TERMINATING"))
                return HOSTAPD_ENDING;
        return HOSTAPD_OTHER;
}

static bool holds(struct slice text, const char *part)
{
        size_t n = strlen(part);
        for (size_t i = 0; i + n <= text.len; i++)
                if (memcmp(text.at + i, part, n) == 0)
                        return true;
        return false;
}

/* 0 and positive values are what a driver says that does not know; below -127 is none either. */
static int8_t signal_of(struct slice text)
{
        int64_t v = number(text, 0);
        return v < 0 && v >= -128 ? (int8_t)v : 0;
}

static int64_t count_of(struct slice text)
{
        int64_t v = number(text, -1);
        return v < 0 ? -1 : v;
}

enum hostapd_reply hostapd_sta(struct slice reply, struct core_station *out)
{
        struct slice rest = reply;
        bool authorized = false;
        nobody(out);
        out->heard = CORE_SEEN;
        struct slice first = line(&rest);
        if (first.len == 0 && rest.len == 0)
                return HOSTAPD_END;
        if (agent_mac_parse(first, out->mac))
                return HOSTAPD_FAIL;
        while (rest.len > 0) {
                struct slice l = line(&rest);
                if (cut(&l, "flags="))
                        authorized = holds(l, "[AUTHORIZED]");
                else if (cut(&l, "keyid="))
                        out->keyid = l;
                else if (cut(&l, "dot1xAuthSessionUserName="))
                        out->user = l;
                else if (cut(&l, "inactive_msec="))
                        out->inactive_ms = count_of(l);
                else if (cut(&l, "connected_time="))
                        out->connected_s = count_of(l);
                else if (cut(&l, "signal="))
                        out->rssi = signal_of(l);
        }
        return authorized ? HOSTAPD_STA : HOSTAPD_WAITING;
}
