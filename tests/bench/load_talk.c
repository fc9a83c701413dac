#include "tests/bench/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "server/common/ids.h"
#include "tests/bench/people.h"
#include "tests/bench/people_key.h"

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

struct counts counts;
struct visit *visits;
uint32_t n_visits, phase_first;
struct conn *handhelds, phones[PHONES];
uint32_t n_handhelds_ready, n_phones_ready;
char door_code[17];

/* ---- phones: HTTP ---- */
static void token_text(enum people_face face, uint32_t number, char out[IDS_SECRET_TEXT])
{
        struct secret token = people_token(face, number);
        ids_secret_text(&token, out);
}

static void post(struct conn *c, uint32_t person, const char *name, const char *body, size_t len)
{
        char text[1200], token[IDS_SECRET_TEXT];
        token_text(PEOPLE_PHONE, person, token);
        uint64_t a = wire_draw(UINT64_MAX), b = wire_draw(UINT64_MAX);
        int n = snprintf(text, sizeof text,
                "POST /api/customer/%s HTTP/1.1\r\nHost: localhost:%d\r\nOrigin: https://localhost:%d\r\n"
                "Content-Type: application/json\r\nCookie: __Host-phone=%s\r\n"
                "Idempotency-Key: \"%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-a%03" PRIx64 "-%012" PRIx64
                "\"\r\nContent-Length: %zu\r\n\r\n%.*s",
                name, options.port, options.port, token, a & 0xffffffff, a >> 32 & 0xffff, a >> 36 & 0xfff,
                b & 0xfff, b >> 4 & 0xffffffffffff, len, (int)len, body);
        wire_send(c, text, (size_t)n);
}

void talk_arrive(struct conn *phone, uint32_t visit)
{
        char body[200];
        int len = snprintf(body, sizeof body,
                "{\"code\":\"%s\",\"hint\":\"green coat\",\"wish\":\"a winter coat\",\"meet\":\"Desk "
                "%07" PRIu32 "\"}",
                door_code, visit);
        phone->visit = visit;
        phone->leaving = false;
        post(phone, visits[visit].person, "arrive", body, (size_t)len);
}

void talk_leave(struct conn *phone, uint32_t visit)
{
        phone->visit = visit;
        phone->leaving = true;
        post(phone, visits[visit].person, "leaving", "{}", 2);
}

void talk_ask_code(struct conn *phone)
{
        char text[400], token[IDS_SECRET_TEXT];
        token_text(PEOPLE_SIGN, 0, token);
        int n = snprintf(text, sizeof text,
                "GET /api/sign/code HTTP/1.1\r\nHost: localhost:%d\r\nCookie: __Host-sign=%s\r\n\r\n",
                options.port, token);
        phone->visit = ASKS_CODE;
        wire_send(phone, text, (size_t)n);
}

struct conn *talk_idle_phone(void)
{
        static uint32_t turn;
        for (uint32_t i = 0; i < PHONES; i++) {
                struct conn *c = &phones[turn++ % PHONES];
                if (c->state == CONN_READY && c->visit == NONE)
                        return c;
        }
        return NULL;
}

static void settle(uint32_t visit)
{
        if (visits[visit].answered && visits[visit].shown)
                load_settled(visit);
}

static void end_if_over(uint32_t visit)
{
        if (visits[visit].left && visits[visit].retracted)
                load_over(visit);
}

static void refused(const char *head, size_t len)
{
        const char *body = memmem(head, len, "{\"", 2);
        size_t at = body ? (size_t)(body - head) : 0;
        if (counts.refused++ < 5)
                fprintf(stderr, "load: refused: %.*s\n", (int)(len - at < 300 ? len - at : 300), head + at);
}

static void answered(struct conn *c, const char *head, size_t len)
{
        uint32_t visit = c->visit;
        bool leaving = c->leaving, ok = len > 12 && memcmp(head + 8, " 200", 4) == 0;
        c->visit = NONE;
        if (visit == NONE)
                load_stop("an answer to nothing");
        if (!ok)
                refused(head, len);
        if (visit == ASKS_CODE) {
                const char *at = memmem(head, len, "#d.", 3);
                if (at != NULL)
                        snprintf(door_code, sizeof door_code, "%.16s", at + 3);
        } else if (ok && leaving) {
                visits[visit].left = wire_now();
                end_if_over(visit);
        } else if (ok) {
                visits[visit].answered = wire_now();
                counts.answered += visit >= phase_first;
                settle(visit);
        }
}

static size_t hear_phone(struct conn *c, const char *bytes, size_t len)
{
        static const char length[] = "Content-Length: ";
        const char *end = bytes ? memmem(bytes, len, "\r\n\r\n", 4) : NULL;
        if (end == NULL)
                return 0;
        size_t head = (size_t)(end - bytes) + 4;
        const char *at = memmem(bytes, head, length, sizeof length - 1);
        if (at == NULL)
                at = memmem(bytes, head, "content-length: ", sizeof length - 1);
        size_t body = at ? strtoul(at + sizeof length - 1, NULL, 10) : 0;
        if (len < head + body)
                return 0;
        answered(c, bytes, head + body);
        return head + body;
}

/* ---- handhelds: WebSocket ---- */
static void say(struct conn *c, int opcode, const char *text, size_t len)
{
        static const uint8_t mask[4] = {0x5a, 0x17, 0xc3, 0x88};
        char frame[160];
        if (len > 125)
                load_stop("a frame that is too long");
        frame[0] = (char)(0x80 | opcode);
        frame[1] = (char)(0x80 | len);
        memcpy(frame + 2, mask, sizeof mask);
        for (size_t i = 0; i < len; i++)
                frame[6 + i] = (char)((uint8_t)text[i] ^ mask[i % 4]);
        wire_send(c, frame, 6 + len);
}

__attribute__((format(printf, 2, 3))) static void tell(struct conn *c, const char *format, ...)
{
        char text[126];
        va_list args;
        va_start(args, format);
        int n = vsnprintf(text, sizeof text, format, args);
        va_end(args);
        say(c, 1, text, (size_t)n);
}

static uint64_t number_after(const char *text, size_t len, const char *name)
{
        const char *at = memmem(text, len, name, strlen(name));
        return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static void hear_card(struct conn *c, const char *text, size_t len)
{
        size_t head = len < 500 ? len : 500;
        uint64_t seq = number_after(text, head, "\"seq\":"), card = number_after(text, head, "\"card\":");
        const char *at = memmem(text, head, "\"meet\":\"Desk ", 13);
        uint32_t visit = at ? (uint32_t)strtoul(at + 13, NULL, 10) : NONE;
        tell(c, "{\"t\":\"rendered\",\"card\":%" PRIu64 ",\"seq\":%" PRIu64 "}", card, seq);
        if (visit >= n_visits || people_associate(visits[visit].person) != c->index) {
                counts.wrong++;
                return;
        }
        struct visit *v = &visits[visit];
        if (v->shown) {
                counts.twice += card != v->card || seq <= v->seq;
                v->seq = seq > v->seq ? seq : v->seq;
                return;
        }
        v->shown = wire_now();
        v->card = (uint32_t)card;
        v->seq = seq;
        v->next = c->open;
        c->open = visit;
        counts.shown += visit >= phase_first;
        if (!coming_back)
                settle(visit);
}

static void hear_retract(struct conn *c, const char *text, size_t len)
{
        uint64_t seq = number_after(text, len, "\"seq\":"), card = number_after(text, len, "\"card\":");
        uint32_t *at = &c->open;
        while (*at != NONE && visits[*at].card != card)
                at = &visits[*at].next;
        tell(c, "{\"t\":\"cleared\",\"card\":%" PRIu64 ",\"seq\":%" PRIu64 "}", card, seq);
        if (*at == NONE)
                return; /* of an earlier run: it was never shown here */
        uint32_t visit = *at;
        *at = visits[visit].next;
        visits[visit].retracted = wire_now();
        end_if_over(visit);
}

/* The text of a field; 0 of none. */
static size_t text_after(const char *text, size_t len, const char *name, char *out, size_t room)
{
        const char *at = memmem(text, len, name, strlen(name));
        size_t n = 0;
        if (at == NULL)
                return 0;
        for (at += strlen(name); at < text + len && *at != '"' && n + 1 < room; at++)
                out[n++] = *at;
        out[n] = 0;
        return n;
}

/* Shows that it is the device that was paired, as its page does [P95]. */
static void prove(struct conn *c, const char *text, size_t len)
{
        char nonce[64], session[16], said[200], signature[96];
        uint8_t made[PEOPLE_SIGNATURE_BYTES];
        if (text_after(text, len, "\"nonce\":\"", nonce, sizeof nonce) == 0 ||
                text_after(text, len, "\"session\":\"", session, sizeof session) == 0)
                load_stop("a question that cannot be read");
        int n = snprintf(said, sizeof said, "maitred handheld 1\nhttps://localhost:%d\n%s\n%s", options.port,
                session, nonce);
        if (!people_sign(c->index, said, (size_t)n, made))
                load_stop("no signature");
        sodium_bin2base64(signature, sizeof signature, made, sizeof made, BASE64);
        c->asked = true;
        tell(c, "{\"t\":\"proof\",\"signature\":\"%s\"}", signature);
}

/* Both must have come: the welcome, and where the events after it begin. */
static void hear_greeting(struct conn *c, const char *text, size_t len)
{
        if (memmem(text, len, "\"t\":\"prove\"", 11)) {
                prove(c, text, len);
        } else if (memmem(text, len, "\"t\":\"welcome\"", 13)) {
                if (c->asked == options.keyless)
                        load_stop("a handheld was let in unproved, or one without a key asked for a proof");
                c->welcomed = true;
        } else if (c->welcomed && memmem(text, len, "\"t\":\"resync\"", 12)) {
                c->state = CONN_READY;
                n_handhelds_ready++;
        }
}

static void hear_message(struct conn *c, int opcode, const char *text, size_t len)
{
        if (opcode == 9) {
                say(c, 10, text, len < 125 ? len : 125);
        } else if (opcode == 8) {
                fprintf(stderr, "load: handheld %" PRIu32 " was closed: %d\n", c->index,
                        len >= 2 ? (uint8_t)text[0] << 8 | (uint8_t)text[1] : 0);
        } else if (opcode == 1 && len > 12 && memcmp(text, "{\"t\":\"card\"", 11) == 0) {
                hear_card(c, text, len);
        } else if (opcode == 1 && len > 15 && memcmp(text, "{\"t\":\"retract\"", 14) == 0) {
                hear_retract(c, text, len);
        } else if (opcode == 1 && c->state == CONN_GREETING) {
                hear_greeting(c, text, len);
        } else if (opcode == 1 && memmem(text, len, "\"t\":\"error\"", 11)) {
                refused(text, len);
        }
}

static size_t hear_handheld(struct conn *c, const char *bytes, size_t len)
{
        size_t used = 0;
        if (!c->upgraded) {
                const char *end = bytes ? memmem(bytes, len, "\r\n\r\n", 4) : NULL;
                if (end == NULL)
                        return 0;
                if (len < 12 || memcmp(bytes + 8, " 101", 4) != 0)
                        load_stop("no upgrade: %.*s", (int)(len < 400 ? len : 400), bytes);
                c->upgraded = true;
                used = (size_t)(end - bytes) + 4;
                tell(c, "{\"t\":\"hello\"}");
        }
        while (len - used >= 2) {
                const uint8_t *frame = (const uint8_t *)bytes + used;
                size_t head = (frame[1] & 127) == 126 ? 4 : 2, size = frame[1] & 127;
                if (len - used < head)
                        break;
                if (head == 4)
                        size = (size_t)frame[2] << 8 | frame[3];
                if (len - used < head + size)
                        break;
                hear_message(c, frame[0] & 15, bytes + used + head, size);
                used += head + size;
        }
        return used;
}

/* ---- both ---- */
void talk_ready(struct conn *c)
{
        char text[500], token[IDS_SECRET_TEXT];
        if (!c->handheld) {
                c->state = CONN_READY;
                n_phones_ready++;
                return;
        }
        token_text(options.keyless ? PEOPLE_KEYLESS : PEOPLE_HANDHELD, c->index, token);
        int n = snprintf(text, sizeof text,
                "GET /ws/handheld HTTP/1.1\r\nHost: localhost:%d\r\nOrigin: https://localhost:%d\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: bWFpdHJlZC1iZW5jaC1rMQ==\r\nSec-WebSocket-Protocol: "
                "maitred.handheld.1\r\n"
                "Cookie: __Host-handheld=%s\r\n\r\n",
                options.port, options.port, token);
        wire_send(c, text, (size_t)n);
}

size_t talk_hear(struct conn *c, const char *bytes, size_t len)
{
        if (c->handheld)
                return hear_handheld(c, bytes, len);
        size_t used = 0, more;
        while (used < len && (more = hear_phone(c, bytes + used, len - used)) > 0)
                used += more;
        return used;
}

/* A phone that waited for nothing was idle for too long, and comes again; all else is a fault, unless the hub
 * was killed. */
void talk_lost(struct conn *c, enum conn_state was)
{
        if (coming_back) {
                if (was == CONN_READY)
                        (*(c->handheld ? &n_handhelds_ready : &n_phones_ready))--;
                c->visit = NONE;
                back_lost(c, was == CONN_CONNECTING);
                return;
        }
        if (c->handheld || c->visit != NONE)
                counts.dropped++;
        if (c->handheld) {
                n_handhelds_ready--;
                return;
        }
        n_phones_ready--;
        c->visit = NONE;
        wire_open(c);
}
