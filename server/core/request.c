/* Requests that carry a key: done once, however often they come [P16-P18].
 *
 *   begin -> the key is another's at this moment: wait -> begin
 *         -> claim it -> the message's first step -> LOAD, which asks for the key as well
 *              found, same message:    answered like the first, by the table below; nothing is done
 *              found, another message: 422
 *              not found:              done; its COMMIT writes the key with the effect
 *   the pending ends -> the claim ends, and whoever waited begins
 */
#include "server/core/state.h"
#include "server/core/hold.h"
#include "proto/forget.h"

#include <sodium.h>
#include <string.h>

#define KEPT_MS        DAY_MS
#define KEPT_MOST      256  /* of one asker */
#define KEPT_MOST_TILL 2048 /* a till asks for a whole store */

/* What acts, and how a repeat of it is answered. */
static const load_step repeats[MESSAGE_TYPE_COUNT] = {
        [MESSAGE_PAIR] = link_pair_again,
        [MESSAGE_JOIN] = join_again,
        [MESSAGE_ARRIVE] = customer_again,
        [MESSAGE_HERE] = customer_again,
        [MESSAGE_NOTICE] = customer_again,
        [MESSAGE_LOOKS] = customer_again,
        [MESSAGE_NOTING] = customer_again,
        [MESSAGE_NOTE_STRIKE] = customer_again,
        [MESSAGE_ACCEPT_NOTICE] = customer_again,
        [MESSAGE_TELL] = customer_again,
        [MESSAGE_NOT_TODAY] = customer_again,
        [MESSAGE_STOP] = customer_again,
        [MESSAGE_LEAVING] = customer_again,
        [MESSAGE_THANKS] = customer_again,
        [MESSAGE_STRIKE] = customer_again,
        [MESSAGE_SHARE] = customer_again,
        [MESSAGE_PAUSE] = customer_again,
        [MESSAGE_TILL_INVITE] = link_till_again,
        [MESSAGE_REVOKE] = console_revoke_again,
        [MESSAGE_UNLOCK] = console_revoke_again,
        [MESSAGE_PIN_CLEAR] = console_revoke_again,
        [MESSAGE_ENROL] = manager_again,
        [MESSAGE_STEP_UP] = manager_again,
        /* No key is kept of the rest of a manager's: enrol_begin makes nothing durable, sign_out ends what a
         * repeat would end, and at sign_in a code counts once anyway, for an asker who has no token yet. Nor
         * of the first run: rows are known by their own ids, a step that is noted twice is the same step, and
         * of two links for a handheld the one that nobody has seen runs out; nor of a walk-in
         * test, of two of which the newer counts. */
        [MESSAGE_HOLD] = hold_again,
        [MESSAGE_SHIFT_PUT] = roster_again,
        [MESSAGE_SHIFT_DROP] = roster_again,
        [MESSAGE_HOUSE_SET] = house_again,
        [MESSAGE_RULES_PROPOSE] = book_again,
        [MESSAGE_RULES_WITHDRAW] = book_again,
        [MESSAGE_RULES_PUBLISH] = book_again,
        [MESSAGE_RULES_ROLLBACK] = book_again,
};

/* Whose key it is: a key counts only together with what lets its sender in. False: nobody's. */
static bool asker_of(const struct hub *hub, const struct pending *p, struct digest *out)
{
        const struct message *m = &p->message;
        if (m->type == MESSAGE_PAIR)
                return pair_secret(hub, &m->pair, out);
        if (m->type == MESSAGE_JOIN && m->join.secret[0])
                return digest_of_secret(m->join.secret, out);
        if (m->type == MESSAGE_JOIN) {
                crypto_generichash(
                        out->b, sizeof(out->b), (const uint8_t *)m->join.code, strlen(m->join.code), NULL, 0);
                return true;
        }
        *out = p->token;
        return p->has_token;
}

void request_take_key(const struct hub *hub, struct pending *p, const struct uuid *key)
{
        if (!repeats[p->message.type] || !asker_of(hub, p, &p->key.asker))
                return;
        crypto_generichash(p->key.key.b, sizeof(p->key.key.b), key->b, sizeof(key->b), NULL, 0);
        /* Keyed, so that the row does not tell of a message to whoever guesses at it. Whose page it came from
         * and the message's name are part of it: what it means to repeat it hangs on both. */
        uint8_t packed[MESSAGE_BINARY_MAX], face = (uint8_t)p->face;
        struct message asked = p->message;
        forget_passwords(&asked); /* nothing that is kept is made of them, not even behind a digest */
        size_t len = message_pack(&asked, packed);
        const char *name = message_info(p->message.type)->name;
        crypto_generichash_state state;
        crypto_generichash_init(&state, key->b, sizeof(key->b), sizeof(p->asked.b));
        crypto_generichash_update(&state, &face, 1);
        crypto_generichash_update(&state, (const uint8_t *)name, strlen(name) + 1);
        crypto_generichash_update(&state, packed + 2, len - 2);
        crypto_generichash_final(&state, p->asked.b, sizeof(p->asked.b));
        sodium_memzero(packed, len);
        p->has_key = true;
}

/* The index's key. Two that are alike here and not really would only wait for one another. */
static uint64_t short_key(const struct pending *p)
{
        uint64_t key;
        struct digest both;
        crypto_generichash(both.b, sizeof(both.b), p->key.key.b, sizeof(p->key.key.b), p->key.asker.b,
                sizeof(p->key.asker.b));
        memcpy(&key, both.b, sizeof(key));
        return key;
}

bool request_claim(struct hub *hub, struct pending *p)
{
        if (!p->has_key || p->claimed)
                return true;
        if (index_find(&hub->by_request, short_key(p)) != INDEX_NONE)
                return false;
        index_put(&hub->by_request, short_key(p), (uint32_t)(p - hub->pending));
        p->claimed = true;
        return true;
}

void request_release(struct hub *hub, struct pending *p)
{
        if (!p->claimed)
                return;
        index_drop(&hub->by_request, short_key(p));
        p->claimed = false;
        if (hub->waiting_first != NONE)
                hub->hurry = true; /* perhaps a repeat waits for this */
}

void request_ask(const struct hub *hub, struct pending *p, struct effect *load)
{
        load->load.ask = p->has_key && !p->judged;
        load->load.request = p->key;
        load->load.request_since = hub->event->wall - KEPT_MS;
}

bool request_judge(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (!p->has_key || p->judged)
                return false;
        p->judged = true;
        p->repeats = (d->found & DOSSIER_REQUEST) != 0;
        if (!p->repeats)
                return false;
        p->first = d->request;
        if (memcmp(&p->first.message, &p->asked, sizeof(p->asked)) != 0)
                out_refuse(hub, p, 422, "key_reused", "This key was used for another request.",
                        "Use a new Idempotency-Key for each thing you want done.");
        else
                repeats[p->message.type](hub, p, d);
        return true;
}

void request_write(struct hub *hub, struct pending *p)
{
        if (!p->has_key)
                return;
        struct write *w = pending_write(p, WRITE_REQUEST);
        w->request.key = p->key;
        w->request.row = (struct request_row){.at = p->repeats ? p->first.at : hub->event->wall,
                .message = p->asked,
                .person = p->facts.person,
                .has_made = p->has_made,
                .made = p->made};
        w->request.before = hub->event->wall - KEPT_MS;
        w->request.most = p->message.type == MESSAGE_TILL_INVITE ? KEPT_MOST_TILL : KEPT_MOST;
}

void request_settle(struct hub *hub, struct pending *p)
{
        if (p->has_key)
                pending_commit(hub, p, answer_now);
        else
                answer_now(hub, p);
}

void request_made(struct pending *p, const struct secret *secret)
{
        p->has_made = true;
        digest_of(secret, &p->made);
}

void request_renew(struct pending *p, bool link)
{
        struct write *w = pending_write(p, WRITE_RENEWAL);
        request_made(p, &p->fresh.secret[0]);
        w->renewal.link = link;
        w->renewal.old = p->first.made;
        w->renewal.fresh = p->made;
}
