/* Opening: settings, migrations, and every way in which it can be refused. */
#include "tests/store/kit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/hub/store/open.h"
#include "server/hub/store/statement.h"

static void test_first_start(void **state)
{
        struct kit kit;
        struct snapshot snapshot;
        struct store_error error;
        struct stat st;
        char path[256];
        (void)state;
        kit_open(&kit);
        assert_int_equal(store_snapshot(kit.store, NOW, 20522, &snapshot, &error), 0);
        assert_string_equal(snapshot.roster->store_name, "Test house");
        assert_string_equal(snapshot.roster->currency, "EUR");
        assert_string_equal(snapshot.roster->departments[DEPARTMENT_OTHER], "other");
        assert_int_equal(snapshot.roster->n_associates, 0);
        assert_int_equal(snapshot.n_visits, 0);
        assert_true(snapshot.next_guest == 0x80000000u);
        struct uuid epoch = snapshot.epoch;
        uint8_t door_key[32];
        memcpy(door_key, snapshot.door_key, 32);
        snapshot_free(&snapshot);
        snprintf(path, sizeof path, "%s/master.key", kit.dir);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0400);
        assert_int_equal(st.st_size, 32);
        snprintf(path, sizeof path, "%s/store.db", kit.dir);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        /* The second start finds what the first one made. */
        kit_reopen(&kit);
        assert_int_equal(store_snapshot(kit.store, NOW, 20522, &snapshot, &error), 0);
        assert_memory_equal(&epoch, &snapshot.epoch, sizeof epoch);
        assert_memory_equal(door_key, snapshot.door_key, 32);
        snapshot_free(&snapshot);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_first_start),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
