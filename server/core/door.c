#include "server/core/door.h"

#include <sodium.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void door_code(const uint8_t key[32], uint32_t store, int64_t step, char out[DOOR_CODE_SIZE])
{
        uint8_t text[16] = "door";
        for (int i = 0; i < 4; i++)
                text[4 + i] = (uint8_t)(store >> (24 - 8 * i));
        for (int i = 0; i < 8; i++)
                text[8 + i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
        uint8_t mac[crypto_auth_hmacsha256_BYTES];
        crypto_auth_hmacsha256(mac, text, sizeof(text), key);
        for (int i = 0; i < 16; i++) {
                /* 16 groups of 5 bits out of the first 80. */
                unsigned at = (unsigned)i * 5;
                unsigned two = (unsigned)mac[at / 8] << 8 | mac[at / 8 + 1];
                out[i] = alphabet[two >> (11 - at % 8) & 31];
        }
        out[16] = 0;
}

static char folded(char c)
{
        if (c >= 'a' && c <= 'z')
                c = (char)(c - 'a' + 'A');
        if (c == 'I' || c == 'L')
                return '1';
        return c == 'O' ? '0' : c;
}

bool door_accepts(const uint8_t key[32], uint32_t store, int64_t step, const char *code)
{
        if (strlen(code) != DOOR_CODE_SIZE - 1)
                return false;
        char given[DOOR_CODE_SIZE] = {0}, now[DOOR_CODE_SIZE], before[DOOR_CODE_SIZE];
        for (int i = 0; i < DOOR_CODE_SIZE - 1; i++)
                given[i] = folded(code[i]);
        door_code(key, store, step, now);
        door_code(key, store, step - 1, before);
        int is_now = sodium_memcmp(given, now, 16), is_before = sodium_memcmp(given, before, 16);
        return is_now == 0 || is_before == 0;
}
