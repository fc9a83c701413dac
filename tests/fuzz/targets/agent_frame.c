/* What an access point's agent and the hub say to one another, and what people type to pair them: whatever
 * passes says the same once more, and whatever does not leaves nothing behind. */
#include "proto/agent.h"
#include "proto/utf8.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static bool all_zero(const void *bytes, size_t len)
{
        const uint8_t *b = bytes;
        for (size_t i = 0; i < len; i++)
                if (b[i] != 0)
                        return false;
        return true;
}

static void check_frame(enum agent_by by, struct slice frame)
{
        static struct agent_message m, again;
        struct agent_fault fault;
        char out[AGENT_FRAME_MAX];
        int rc = agent_decode(by, frame, &m, &fault);
        MUST(rc == 0 || rc == 1);
        if (rc != 0) {
                MUST(all_zero(&m, sizeof m) && fault.text[0] != '\0' &&
                        utf8_plain(fault.text, strlen(fault.text)));
                return;
        }
        MUST(agent_info(m.type)->by == by);
        size_t len = agent_encode(&m, out);
        MUST(len <= sizeof out);
        MUST(agent_decode(by, (struct slice){out, len}, &again, &fault) == 0);
        MUST(memcmp(&m, &again, sizeof m) == 0);
}

static void check_ids(struct slice text)
{
        uint8_t mac[6];
        char user[AGENT_USER_MAX], again[AGENT_USER_MAX], code[AGENT_PAIR_TEXT];
        if (agent_mac_parse(text, mac) == 0)
                MUST(!all_zero(mac, 6) && (mac[0] & 1) == 0);
        size_t n = agent_user_normalise(text, user);
        MUST(n <= sizeof user && (n == 0 || n == text.len));
        if (n > 0)
                MUST(agent_user_normalise((struct slice){user, n}, again) == n &&
                        memcmp(user, again, n) == 0);
        if (agent_keyid_ok(text))
                MUST(text.len >= 1 && text.len <= AGENT_KEYID_MAX && utf8_plain(text.at, text.len) &&
                        !memchr(text.at, ' ', text.len));
        static const size_t lengths[] = {AGENT_CODE_TEXT, AGENT_PAIR_TEXT};
        for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
                char twice[AGENT_PAIR_TEXT];
                if (agent_pair_parse(text, lengths[i], code) != 0)
                        continue;
                MUST(agent_pair_parse((struct slice){code, lengths[i]}, lengths[i], twice) == 0);
                MUST(memcmp(code, twice, lengths[i]) == 0);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct feed feed = {bytes, len};
        uint8_t what = feed_byte(&feed) % 3;
        struct slice rest = feed_rest(&feed);
        char *copy = fuzz_copy(rest);
        struct slice text = {copy, rest.len};
        if (what == 2)
                check_ids(text);
        else
                check_frame(what == 0 ? AGENT_BY_AGENT : AGENT_BY_HUB, text);
        free(copy);
        return 0;
}
