/* Whose device a connection comes from: the system's table, line by line. */
#include "server/front/neighbour.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const char table[] = "IP address       HW type     Flags       HW address            Mask     Device\n"
                            "192.168.7.20     0x1         0x2         02:00:00:aa:00:01     *        br0\n"
                            "192.168.7.21     0x1         0x0         00:00:00:00:00:00     *        br0\n"
                            "192.168.7.2      0x1         0x2         02:00:00:aa:00:02     *        br0\n"
                            "192.168.7.22     0x1         0x0         02:00:00:aa:00:03     *        br0\n"
                            "192.168.7.23     0x1\n";

static void only_who_is_a_neighbour_is_found(void **state)
{
        char path[] = "/tmp/neighbours-XXXXXX";
        int fd = mkstemp(path);
        uint8_t mac[NEIGHBOUR_BYTES];
        (void)state;
        assert_int_equal(write(fd, table, sizeof table - 1), sizeof table - 1);
        close(fd);
        assert_int_equal(neighbour_find(path, "192.168.7.20", mac), 0);
        assert_memory_equal(mac, "\x02\x00\x00\xaa\x00\x01", 6);
        assert_int_equal(neighbour_find(path, "192.168.7.2", mac), 0); /* not the beginning of another */
        assert_memory_equal(mac, "\x02\x00\x00\xaa\x00\x02", 6);
        assert_int_equal(neighbour_find(path, "192.168.7.21", mac), 1); /* asked for, not answered */
        assert_int_equal(neighbour_find(path, "192.168.7.22", mac), 1); /* no longer */
        assert_int_equal(neighbour_find(path, "192.168.7.23", mac), 1); /* a line that is cut */
        assert_int_equal(neighbour_find(path, "192.168.7.99", mac), 1);
        unlink(path);
        assert_int_equal(neighbour_find(path, "192.168.7.20", mac), 1); /* no table */
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(only_who_is_a_neighbour_is_found)};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
