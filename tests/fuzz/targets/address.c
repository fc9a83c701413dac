/* What each address may use up, against a plain count: no more connections than allowed, no two hosts mixed
 * up, an IPv4 address the same however it is written. */
#include "server/front/address.h"
#include "tests/fuzz/fuzz.h"

#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>

#define HOSTS 6 /* fewer than a set has ways, so that none is ever forgotten */

static struct front_limits limits;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        struct front_options options;
        front_options_default(&options);
        limits = options.limits;
        limits.connections_per_address = 3;
        MUST(sodium_init() >= 0);
        return 0;
}

/* Host 0 to 2 are IPv4, in either form; 3 to 5 are /64 networks, of which any address may call. */
static struct sockaddr_storage address_of(unsigned host, uint8_t form)
{
        struct sockaddr_storage all = {0};
        struct sockaddr_in *four = (struct sockaddr_in *)&all;
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)&all;
        if (host < 3 && form % 2 == 0) {
                four->sin_family = AF_INET;
                four->sin_addr.s_addr = htonl(0xc0000200u + host);
                return all;
        }
        uint8_t *b = six->sin6_addr.s6_addr;
        six->sin6_family = AF_INET6;
        if (host < 3) {
                b[10] = b[11] = 0xff;
                b[12] = 192, b[13] = 0, b[14] = 2, b[15] = (uint8_t)host;
        } else {
                b[0] = 0x20, b[1] = 0x01, b[2] = 0x0d, b[3] = 0xb8, b[7] = (uint8_t)host;
                b[8] = form, b[15] = (uint8_t)~form;
        }
        return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static int32_t slots[HOSTS];
        uint32_t open[HOSTS] = {0}, made[HOSTS] = {0};
        struct addresses *a = addresses_create(&limits);
        struct feed feed = {bytes, len};
        mono_ms now = 1;
        MUST(a != NULL);
        while (feed.left > 0) {
                uint8_t what = feed_byte(&feed), form = feed_byte(&feed);
                unsigned host = what % HOSTS;
                now += feed_byte(&feed) * 8;
                struct sockaddr_storage from = address_of(host, form);
                if (what / HOSTS % 3 == 0) {
                        int32_t slot = addresses_open(a, (const struct sockaddr *)&from, now);
                        MUST(slot == -1 || open[host] < limits.connections_per_address);
                        MUST(slot == -1 || made[host] == 0 || open[host] == 0 || slots[host] == slot);
                        MUST(slot != -1 || open[host] > 0 || made[host] > 0);
                        open[host] += slot != -1;
                        made[host] += slot != -1;
                        slots[host] = slot != -1 ? slot : slots[host];
                } else if (what / HOSTS % 3 == 1 && open[host] > 0) {
                        addresses_close(a, slots[host]);
                        open[host]--;
                } else if (open[host] > 0) {
                        MUST(addresses_request(a, slots[host], now) <= 60);
                }
        }
        addresses_destroy(a);
        return 0;
}
