/* Memory that runs out in what is pure: configuration, messages, batches, the link's queues, rulebooks. */
#include "tests/fault/fault.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config.h"
#include "proto/import.h"
#include "proto/message.h"
#include "server/common/memory.h"
#include "server/link/frame.h"
#include "server/rulebook/rulebook.h"

static char book_text[RULEBOOK_TEXT_MAX];

static struct slice read_book(void)
{
        FILE *f = fopen(BOOKS_FOLDER "/balanced.rules", "re");
        assert_non_null(f);
        size_t n = fread(book_text, 1, sizeof book_text, f);
        fclose(f);
        return (struct slice){book_text, n};
}

static void configuration(void **state)
{
        static struct config config, good;
        struct config_error error;
        (void)state;
        assert_int_equal(config_load(CONF_FILE, &good, &error), 0);
        struct fault fault = {"config_load"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                int rc = config_load(CONF_FILE, &config, &error);
                bool hit = fault_halt(&fault);
                assert_int_equal(rc, hit ? 1 : 0);
                if (hit)
                        assert_non_null(strstr(error.text, "not enough memory"));
                else
                        assert_memory_equal(&config, &good, sizeof good);
        }
}

/* jansson overlooks a failure, so it meets none: the program ends, and says why. */
static void messages(void **state)
{
        static const char json[] = "{\"secret\":\"abc\"}";
        struct message message;
        struct message_error error;
        (void)state;
        json_set_alloc_funcs(memory_or_end, free);
        struct fault fault = {"message_from_json"};
        while (fault_next(&fault)) {
                int ends[2], status = 0;
                char said[128] = "";
                assert_int_equal(pipe(ends), 0);
                pid_t child = fork();
                assert_true(child >= 0);
                if (child == 0) {
                        dup2(ends[1], STDERR_FILENO);
                        fault_go(&fault);
                        int rc = message_from_json(
                                FACE_CUSTOMER, MESSAGE_PAIR, slice_of(json), &message, &error);
                        bool hit = fault_halt(&fault);
                        _exit(hit ? 1 : rc == 0 && strcmp(message.pair.secret, "abc") == 0 ? 0 : 2);
                }
                close(ends[1]);
                assert_true(read(ends[0], said, sizeof said - 1) >= 0);
                close(ends[0]);
                assert_int_equal(waitpid(child, &status, 0), child);
                assert_true(WIFEXITED(status));
                assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == MEMORY_EXIT);
                fault.hit = WEXITSTATUS(status) == MEMORY_EXIT;
                fault.hits += fault.hit;
                if (fault.hit)
                        assert_non_null(strstr(said, "no memory"));
        }
        json_set_alloc_funcs(fault_plain, free);
}

static void batches(void **state)
{
        static uint8_t packed[IMPORT_PACKED_MAX];
        struct import_pack pack;
        struct import_row row = {.line = 7, .field = {{"c1", 2}, {"Nora Lind", 9}}};
        const char *why;
        (void)state;
        import_pack_start(&pack, IMPORT_CUSTOMERS, packed);
        for (int i = 0; i < 50; i++)
                assert_int_equal(import_pack_row(&pack, &row), 0);
        struct fault fault = {"import_unpack"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                struct import_batch *batch = import_unpack(packed, pack.len, &why);
                bool hit = fault_halt(&fault);
                assert_true((batch == NULL) == hit);
                if (hit)
                        assert_non_null(strstr(why, "memory"));
                else
                        assert_int_equal(batch->n, 50);
                import_batch_free(batch);
        }
}

static void queues(void **state)
{
        struct link_queue queue;
        (void)state;
        struct fault fault = {"link_queue_init"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                int rc = link_queue_init(&queue, 65536);
                bool hit = fault_halt(&fault);
                assert_int_equal(rc, hit ? -1 : 0);
                if (rc == 0)
                        assert_int_equal(link_queue_put(&queue, LINK_READY, 0, 0, 1, "", 0, "", 0), 0);
                link_queue_finish(&queue);
        }
}

static void rulebooks(void **state)
{
        struct slice text = read_book();
        struct rulebook_error error;
        struct rulebook *good = rulebook_parse(text, &error);
        (void)state;
        assert_non_null(good);
        struct fault fault = {"rulebook_parse"};
        while (fault_next(&fault)) {
                fault_go(&fault);
                struct rulebook *book = rulebook_parse(text, &error);
                bool hit = fault_halt(&fault);
                assert_true((book == NULL) == hit);
                if (hit)
                        assert_non_null(strstr(error.text, "not enough memory"));
                else
                        assert_string_equal(rulebook_text(book), rulebook_text(good));
                rulebook_destroy(book);
        }
        struct fault shipped = {"rulebook_balanced"};
        while (fault_next(&shipped)) {
                fault_go(&shipped);
                struct rulebook *book = rulebook_balanced();
                assert_true((book == NULL) == fault_halt(&shipped));
                rulebook_destroy(book);
        }
        rulebook_destroy(good);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(configuration),
                cmocka_unit_test(messages),
                cmocka_unit_test(batches),
                cmocka_unit_test(queues),
                cmocka_unit_test(rulebooks),
        };
        fault_libraries();
        return cmocka_run_group_tests(tests, NULL, NULL);
}
