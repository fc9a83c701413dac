#include "server/hub/store/words.h"

#include <string.h>

#include "server/common/ids.h"

#define CARD_STEP 512
_Static_assert(CARD_FRAME_SIZE % CARD_STEP == 0, "a frame is so many steps");

static const struct seal_place words_place = {.table = "visit", .column = "words"};
static const struct seal_place card_place = {.table = "disclosure", .column = "card"};

size_t words_seal(struct base *base, const struct live_visit_row *v, uint8_t out[WORDS_SEALED_MAX])
{
        struct slice fields[3] = {slice_of(v->hint), slice_of(v->wish), slice_of(v->meet)};
        uint8_t plain[WORDS_MAX];
        struct seal_place place = words_place;
        struct key key;
        if (fields[0].len + fields[1].len + fields[2].len == 0 || keys_get(base->keys, v->person, &key) != 0)
                return 0;
        seal_row_uuid(&place, &v->id);
        size_t len = seal(&key, &place, plain, seal_pack(fields, 3, plain, sizeof plain), out);
        ids_wipe(&key, sizeof key);
        ids_wipe(plain, sizeof plain);
        return len;
}

void words_open(struct base *base, struct live_visit_row *v, struct slice sealed)
{
        struct slice fields[3];
        uint8_t plain[WORDS_MAX];
        struct seal_place place = words_place;
        struct key key;
        if (sealed.len < SEAL_OVERHEAD || sealed.len > WORDS_SEALED_MAX ||
                keys_get(base->keys, v->person, &key) != 0)
                return;
        seal_row_uuid(&place, &v->id);
        if (seal_open(&key, &place, sealed.at, sealed.len, plain) == 0 &&
                seal_unpack(plain, sealed.len - SEAL_OVERHEAD, fields, 3) == 0) {
                base_cut(v->hint, sizeof v->hint, fields[0]);
                base_cut(v->wish, sizeof v->wish, fields[1]);
                base_cut(v->meet, sizeof v->meet, fields[2]);
        }
        ids_wipe(&key, sizeof key);
        ids_wipe(plain, sizeof plain);
}

/* CARD_STEP bytes that are all spaces. */
static bool is_blank(const char *at)
{
        return *at == ' ' && memcmp(at, at + 1, CARD_STEP - 1) == 0;
}

size_t words_seal_card(struct base *base, const struct write *w, uint8_t out[CARD_SEALED_MAX])
{
        struct seal_place place = card_place;
        struct key key;
        size_t len = CARD_FRAME_SIZE;
        if (w->disclosure.card == NULL || keys_get(base->keys, w->disclosure.person, &key) != 0)
                return 0;
        while (len > CARD_STEP && is_blank(w->disclosure.card + len - CARD_STEP))
                len -= CARD_STEP;
        seal_row_uuid(&place, &w->disclosure.id);
        len = seal(&key, &place, w->disclosure.card, len, out);
        ids_wipe(&key, sizeof key);
        return len;
}
