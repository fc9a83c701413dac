/* A handheld shows on each connection that it is the device that was paired [P95].
 *
 *   opened --its session is read--> without a key: LET IN, or closed 4401 where the store requires one
 *                              \--> with a key: ASKED, by the frame `prove`
 *   ASKED --proof--> LOOKED AT, by whoever carries out VERIFY
 *     |                 |  right: its session is read once more --> LET IN
 *     |                 |  wrong: closed 4403
 *     +-----------------+- five seconds after it opened, or anything else than hello and one proof: closed
 * 4400
 *
 * Until it is let in a peer is nobody's: no stream is begun for it, nobody counts as reachable by it, and it
 * takes nothing from the socket of the real device. The session is read again since it may have been taken
 * back meanwhile; so revoking needs to know nothing of this. */
#include "server/core/state.h"
#include "proto/json.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BASE64       sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define NONCE_TEXT   sodium_base64_ENCODED_LEN(32, BASE64)
#define OWN_KEY_TEXT sodium_base64_ENCODED_LEN(OWN_KEY_BYTES, BASE64)
#define UNCOMPRESSED 4 /* how such a point begins */

static bool read_bytes(const char *text, uint8_t *out, size_t len)
{
        size_t got = 0;
        return sodium_base642bin(out, len, text, strlen(text), NULL, &got, NULL, BASE64) == 0 && got == len;
}

bool proof_key(const char *text, struct own_key *out)
{
        *out = (struct own_key){0};
        if (text[0] == 0)
                return true;
        out->known = read_bytes(text, out->point, sizeof(out->point)) && out->point[0] == UNCOMPRESSED;
        return out->known;
}

/* What is signed names where the page came from and whose session it is, so that no proof serves elsewhere.
 */
void proof_open(struct hub *hub, struct peer *peer)
{
        char id[SESSION_ID_TEXT + 1], nonce[NONCE_TEXT], text[ORIGIN_MAX + 120];
        peer->nonce = hub->event->fresh.secret[0];
        session_id(&peer->token, id);
        sodium_bin2base64(nonce, sizeof(nonce), peer->nonce.b, sizeof(peer->nonce.b), BASE64);
        snprintf(text, sizeof(text), "maitred handheld 1\n%s\n%s\n%s", hub->event->peer_opened.origin, id,
                nonce);
        crypto_hash_sha256(peer->said.b, (const uint8_t *)text, strlen(text));
}

static void turn_away(struct hub *hub, struct peer *peer, uint16_t code, const char *reason)
{
        peer->closing = true;
        out_close(hub, peer->id, code, reason);
}

static void ask(struct hub *hub, struct peer *peer)
{
        char id[SESSION_ID_TEXT + 1], nonce[NONCE_TEXT], key[OWN_KEY_TEXT], text[300];
        struct json_out j;
        session_id(&peer->token, id);
        sodium_bin2base64(nonce, sizeof(nonce), peer->nonce.b, sizeof(peer->nonce.b), BASE64);
        sodium_bin2base64(key, sizeof(key), peer->own_key.point, sizeof(peer->own_key.point), BASE64);
        json_start(&j, text, sizeof(text));
        json_open(&j, NULL, '{');
        json_text(&j, "t", "prove");
        json_text(&j, "nonce", nonce);
        json_text(&j, "session", id);
        json_text(&j, "key", key);
        json_close(&j, '}');
        peer->proof = PROOF_ASKED;
        peer_note(hub, peer, text, j.len);
}

bool proof_wanted(struct hub *hub, struct peer *peer, const struct own_key *key)
{
        if (peer->proof == PROOF_RIGHT)
                return false;
        if (!key->known && hub->set.keys_required)
                turn_away(hub, peer, 4401, "pair this handheld again: it has no key of its own");
        if (!key->known)
                return peer->closing;
        peer->own_key = *key;
        ask(hub, peer);
        return true;
}

void proof_said(struct hub *hub, struct peer *peer, const struct msg_proof *m)
{
        uint8_t signature[SIGNATURE_BYTES];
        if (peer->proof != PROOF_ASKED) {
                turn_away(hub, peer, 4400, "no proof was asked for");
                return;
        }
        if (!read_bytes(m->signature, signature, sizeof(signature))) {
                turn_away(hub, peer, 4403, "this is not the handheld that was paired");
                return;
        }
        struct effect *e = out_effect(hub, EFFECT_VERIFY);
        if (!e) {
                turn_away(hub, peer, 1013, "try again in a moment");
                return;
        }
        peer->proof = PROOF_LOOKED_AT;
        e->verify.peer = peer->id;
        e->verify.key = peer->own_key;
        e->verify.said = peer->said;
        memcpy(e->verify.signature, signature, sizeof(signature));
}

void proof_verified(struct hub *hub)
{
        const struct event *ev = hub->event;
        struct peer *peer = peer_find(hub, ev->verified.peer);
        if (!peer || peer->closing || peer->proof != PROOF_LOOKED_AT)
                return;
        if (ev->verified.busy) {
                turn_away(hub, peer, 1013, "try again in a moment");
        } else if (!ev->verified.right) {
                turn_away(hub, peer, 4403, "this is not the handheld that was paired");
        } else {
                peer->proof = PROOF_RIGHT;
                handheld_attach(hub, peer);
        }
}
