#include "proto/agent.h"

#include <sodium.h>
#include <string.h>

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void agent_tag(const uint8_t key[AGENT_KEY_BYTES], enum agent_id kind, const void *id, size_t len,
        struct agent_tag *out)
{
        uint8_t hash[32], kind_byte = (uint8_t)kind;
        crypto_generichash_state state;
        crypto_generichash_init(&state, key, AGENT_KEY_BYTES, sizeof hash);
        crypto_generichash_update(&state, &kind_byte, 1);
        crypto_generichash_update(&state, id, len);
        crypto_generichash_final(&state, hash, sizeof hash);
        memcpy(out->b, hash, sizeof out->b);
        sodium_memzero(hash, sizeof hash);
        sodium_memzero(&state, sizeof state);
}

static int hex_digit(char c)
{
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
}

int agent_mac_parse(struct slice text, uint8_t out[6])
{
        size_t digits = 0;
        uint8_t mac[6] = {0}, any = 0;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.at[i];
                int d = hex_digit(c);
                if (d < 0 && (c == ':' || c == '-' || c == '.') && digits % 2 == 0)
                        continue;
                if (d < 0 || digits == 12)
                        return 1;
                mac[digits / 2] = (uint8_t)(mac[digits / 2] << 4 | d);
                digits++;
        }
        for (int i = 0; i < 6; i++)
                any |= mac[i];
        if (digits != 12 || any == 0 || mac[0] & 1)
                return 1;
        memcpy(out, mac, sizeof mac);
        return 0;
}

bool agent_keyid_ok(struct slice text)
{
        for (size_t i = 0; i < text.len; i++)
                if (text.at[i] <= ' ' || text.at[i] > '~')
                        return false;
        return text.len > 0 && text.len <= AGENT_KEYID_MAX;
}

static bool starts(const char *text, size_t len, const char *with)
{
        size_t n = strlen(with);
        return len >= n && memcmp(text, with, n) == 0;
}

size_t agent_user_normalise(struct slice text, char out[AGENT_USER_MAX])
{
        uint8_t mac[6];
        if (text.len == 0 || text.len > AGENT_USER_MAX)
                return 0;
        for (size_t i = 0; i < text.len; i++) {
                char c = text.at[i];
                out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        }
        bool anonymous =
                starts(out, text.len, "anonymous") && (text.len == strlen("anonymous") || out[9] == '@');
        if (out[0] == '@' || anonymous || (text.len == 3 && starts(out, 3, "n/a")) ||
                agent_mac_parse((struct slice){out, text.len}, mac) == 0)
                return 0;
        return text.len;
}

void agent_pair_proof(
        const char code[AGENT_CODE_TEXT], const uint8_t pin[AGENT_PIN_BYTES], char out[AGENT_CODE_TEXT])
{
        static const char about[] = "maitred agent 1";
        uint8_t hash[32];
        uint64_t bits = 0;
        crypto_generichash_state state;
        crypto_generichash_init(&state, NULL, 0, sizeof hash);
        crypto_generichash_update(&state, (const uint8_t *)about, sizeof about - 1);
        crypto_generichash_update(&state, (const uint8_t *)code, AGENT_CODE_TEXT);
        crypto_generichash_update(&state, pin, AGENT_PIN_BYTES);
        crypto_generichash_final(&state, hash, sizeof hash);
        for (int i = 0; i < 5; i++)
                bits = bits << 8 | hash[i];
        for (int i = 0; i < AGENT_CODE_TEXT; i++)
                out[i] = crockford[bits >> (35 - 5 * i) & 31];
}

int agent_pair_parse(struct slice typed, size_t want, char *out)
{
        size_t n = 0;
        for (size_t i = 0; i < typed.len; i++) {
                char c = typed.at[i];
                if (c == ' ' || c == '-')
                        continue;
                if (c >= 'a' && c <= 'z')
                        c = (char)(c - 'a' + 'A');
                c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
                if (c == 0 || !strchr(crockford, c) || n == want)
                        return 1;
                out[n++] = c;
        }
        return n == want ? 0 : 1;
}
