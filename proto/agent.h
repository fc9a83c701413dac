/* What an access point's agent and the hub say to one another [P40-P59]: the messages of agent.def as C
 * values and their strict codec, the tags that stand for people's devices, and the proof in a pairing code.
 * Pure, and without memory of its own: keys and identifiers pass through here and leave nothing behind. */
#ifndef PROTO_AGENT_H
#define PROTO_AGENT_H

#include "proto/base.h"
#include "proto/slice.h"

#define AGENT_PATH        "/ws/agent"
#define AGENT_SUBPROTOCOL "maitred.agent.1"
#define AGENT_PAIR_PATH   "/api/agent/pair"
#define AGENT_FRAME_MAX   4096 /* bytes of a text frame, either way */

#define AGENT_NUMBER_MOST INT64_C(9007199254740991) /* what every JSON reader keeps exact */
#define AGENT_AGE_MOST_MS INT64_C(86400000)         /* what is older is said to be this old */

#define AGENT_SLOT_MOST        65535
#define AGENT_TAGS_MAX         (AGENT_SLOT_MOST + 1)
#define AGENT_KEY_BYTES        32
#define AGENT_TAG_BYTES        8
#define AGENT_TAGS_PER_PART    224
#define AGENT_TAGS_BYTES       (AGENT_TAGS_PER_PART * AGENT_TAG_BYTES)
#define AGENT_TAGS_PARTS_MOST  293 /* all slots, AGENT_TAGS_PER_PART a part */
#define AGENT_SWEEP_PER_PART   256
#define AGENT_SWEEP_ITEMS      (AGENT_SWEEP_PER_PART * 2)
#define AGENT_SWEEP_PARTS_MOST 16 /* 4,096 people at one access point */

/* What the agent watches. */
enum agent_ap { AGENT_AP_HOSTAPD, AGENT_AP_UBUS, AGENT_AP_FAKE };
/* join: is here now; leave: has gone; roam: moved between two radios of this access point and is still here.
 */
enum agent_kind { AGENT_JOIN, AGENT_LEAVE, AGENT_ROAM };
enum agent_ap_state { AGENT_AP_UP, AGENT_AP_DOWN };

enum agent_by { AGENT_BY_AGENT, AGENT_BY_HUB };

enum agent_type {
        AGENT_NONE,
#define AGENT_MESSAGE(NAME, name, wire, by) AGENT_##NAME,
#define AGENT_NUMBER(m, field, least, most, required)
#define AGENT_WORD(m, field, type, count, words)
#define AGENT_TEXT(m, field, most, required)
#define AGENT_HEX(m, field, least, most)
#define AGENT_LIST(m, field, most_items, least, most)
#define AGENT_END(m)
#include "proto/agent.def"
        AGENT_TYPE_COUNT
};

/* One struct a message; it owns all it holds. Whoever decodes a key wipes the message when done. */
#define AGENT_MESSAGE(NAME, name, wire, by)                                                                  \
        struct agent_msg_##name {                                                                            \
                char present; /* keeps empty messages legal C */
#define AGENT_NUMBER(m, field, least, most, required) int64_t field;
#define AGENT_WORD(m, field, type, count, words)      type field;
#define AGENT_TEXT(m, field, most, required)          char field[(most) + 1];
#define AGENT_HEX(m, field, least, most)                                                                     \
        uint32_t field##_bytes;                                                                              \
        uint8_t field[most];
#define AGENT_LIST(m, field, most_items, least, most)                                                        \
        uint32_t field##_items;                                                                              \
        int32_t field[most_items];
#define AGENT_END(m)                                                                                         \
        }                                                                                                    \
        ;
#include "proto/agent.def"

struct agent_message {
        enum agent_type type;
        union {
#define AGENT_MESSAGE(NAME, name, wire, by) struct agent_msg_##name name;
#define AGENT_NUMBER(m, field, least, most, required)
#define AGENT_WORD(m, field, type, count, words)
#define AGENT_TEXT(m, field, most, required)
#define AGENT_HEX(m, field, least, most)
#define AGENT_LIST(m, field, most_items, least, most)
#define AGENT_END(m)
#include "proto/agent.def"
        };
};

enum agent_field_kind { AGENT_IS_NUMBER, AGENT_IS_WORD, AGENT_IS_TEXT, AGENT_IS_HEX, AGENT_IS_LIST };

struct agent_field {
        const char *name;
        enum agent_field_kind kind;
        bool required;
        size_t offset;       /* from the start of the message's struct */
        size_t count_offset; /* of field_bytes or field_items */
        int64_t least, most; /* TEXT, HEX: bytes; LIST: an item's range; WORD: 0..count-1 */
        uint32_t most_items;
        const char *words;
};

struct agent_info {
        const char *name; /* on the wire */
        enum agent_by by;
        const struct agent_field *fields;
        size_t n_fields;
};

/* The description of a type; NULL if out of range. Lives for ever. */
const struct agent_info *agent_info(enum agent_type type);

struct agent_fault {
        char text[96]; /* names the field and what is wrong, never the value */
};

/* Decodes one frame said by `by`. Strict: one flat object, "t" first, no unknown, duplicate or missing
 * member, every value in its range, at most AGENT_FRAME_MAX bytes. Allocates nothing. 0, or 1 with *fault
 * filled; then *out is all zeroes. */
int agent_decode(enum agent_by by, struct slice frame, struct agent_message *out, struct agent_fault *fault);

/* Encodes into `out`; returns the length, at most AGENT_FRAME_MAX, without a closing zero byte. The message
 * must be one that agent_decode would take (a text may hold anything; what is no UTF-8 is replaced). */
size_t agent_encode(const struct agent_message *m, char out[AGENT_FRAME_MAX]);

/* ---- tags [P45] */

enum agent_id {
        AGENT_ID_KEYID = 'k', /* the name of her own key for the store's Wi-Fi */
        AGENT_ID_USER = 'u',  /* an 802.1X identity */
        AGENT_ID_MAC = 'm',   /* six bytes */
};

#define AGENT_KEYID_MAX 31  /* hostapd's own limit */
#define AGENT_USER_MAX  253 /* of a RADIUS attribute */

struct agent_tag {
        uint8_t b[AGENT_TAG_BYTES];
};

/* The first 8 bytes of BLAKE2b-256 under the day's key over the kind's byte and the normalised id. `len` is
 * at most AGENT_USER_MAX. */
void agent_tag(const uint8_t key[AGENT_KEY_BYTES], enum agent_id kind, const void *id, size_t len,
        struct agent_tag *out);

/* Twelve hex digits of any case, with ':', '-' or '.' between or nothing. 0; 1 when it is none, all zeroes or
 * a group address. */
int agent_mac_parse(struct slice text, uint8_t out[6]);

/* A key's name as it is: 1 to AGENT_KEYID_MAX printable ASCII characters without a space. True if it is one.
 */
bool agent_keyid_ok(struct slice text);

/* An 802.1X identity in the form that is hashed: ASCII letters lower-case, nothing else changed. Returns its
 * length; 0 when it stands for nobody: empty, too long, "N/A", "anonymous" with or without a realm, a realm
 * alone, or spelled like a MAC (that is a device that was let in by its address). */
size_t agent_user_normalise(struct slice text, char out[AGENT_USER_MAX]);

/* ---- pairing [P41] */

#define AGENT_CODE_TEXT 8  /* characters that the hub takes */
#define AGENT_PAIR_TEXT 16 /* those and the proof: what a person carries from hub to agent */
#define AGENT_PIN_BYTES 32

/* The 8 characters that prove the hub to an agent: 40 bits of BLAKE2b-256 over the code (upper-case Crockford
 * base32) and the pin, which is SHA-256 of the SubjectPublicKeyInfo that the agent will insist on. */
void agent_pair_proof(
        const char code[AGENT_CODE_TEXT], const uint8_t pin[AGENT_PIN_BYTES], char out[AGENT_CODE_TEXT]);

/* Reads what a person typed: any case, spaces and hyphens anywhere, O for 0, I and L for 1. `want` is
 * AGENT_CODE_TEXT or AGENT_PAIR_TEXT. 0; 1 when it is not so many characters of Crockford base32. */
int agent_pair_parse(struct slice typed, size_t want, char *out);

#endif
