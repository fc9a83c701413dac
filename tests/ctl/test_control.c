/* The operator's socket from both ends: the hub's control in a thread with a made-up hub behind it,
 * maitrectl's own commands in front. */
#include "tests/ctl/cm.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "proto/control.h"
#include "server/ctl/client.h"
#include "server/ctl/ctl.h"
#include "server/hub/control.h"
#include "tests/ctl/temporary.h"

/* ---- a made-up hub ---- */

static struct hub {
        struct control *control;
        pthread_t thread;
        int stop_fd;
        atomic_uint batches, rows, most_held, calls, rosters, hellos;
        struct import_batch *held; /* a batch is answered one turn later, as the store would */
        control_request held_request;
} hub;

static void on_hello(void *ctx, struct json_out *out)
{
        (void)ctx;
        atomic_fetch_add(&hub.hellos, 1);
        json_text(out, "store", "downtown");
        json_text(out, "zone", "Europe/Stockholm");
        json_number(out, "now_ms", 1700000000000);
        json_open(out, "zones", '{');
        json_text(out, "harbour", "Europe/London");
        json_close(out, '}');
}

static void answer(control_request request, uint16_t status, const char *json)
{
        control_answer(hub.control, request, status, json, strlen(json));
}

static void on_call(void *ctx, control_request request, const struct message *message)
{
        (void)ctx;
        atomic_fetch_add(&hub.calls, 1);
        if (message->type == MESSAGE_MAKE_LINK && strcmp(message->make_link.subject, "nobody") == 0)
                answer(request, 404,
                        "{\"error\":\"no_associate\",\"say\":\"No such associate.\",\"do\":\"Check the "
                        "id.\"}");
        else if (message->type == MESSAGE_MAKE_LINK)
                answer(request, 200, "{\"url\":\"https://localhost/h#p.x\",\"valid_s\":600}");
        else
                answer(request, 200, "{\"token\":\"t\"}");
}

/* Rows whose id is "bad" are rejected, "old" is the same, others are new. */
static void on_import(void *ctx, control_request request, struct import_batch *batch)
{
        (void)ctx;
        assert_null(hub.held);
        if (slice_is(batch->rows[0].field[0], "full")) {
                import_batch_free(batch);
                answer(request, 503,
                        "{\"error\":\"not_saved\",\"say\":\"The disk is full.\",\"do\":\"Free some "
                        "space.\"}");
                return;
        }
        atomic_fetch_add(&hub.batches, 1);
        atomic_fetch_add(&hub.rows, batch->n);
        for (uint32_t i = 0; i < batch->n; i++) {
                struct import_row *row = &batch->rows[i];
                row->outcome = IMPORT_NEW;
                if (batch->kind == IMPORT_PURCHASES && row->field[1].len == 0)
                        row->outcome = IMPORT_NO_CUSTOMER;
                if (slice_is(row->field[0], "bad")) {
                        row->outcome = IMPORT_REJECTED;
                        snprintf(row->reason, sizeof row->reason, "id is bad");
                } else if (slice_is(row->field[0], "old")) {
                        row->outcome = IMPORT_SAME;
                }
                batch->counts[row->outcome]++;
        }
        hub.held = batch;
        hub.held_request = request;
}

static void on_report(void *ctx, control_request request, const char *what, const char *subject)
{
        (void)ctx;
        char text[200];
        snprintf(text, sizeof text, "{\"what\":\"%s\",\"subject\":\"%s\"}", what, subject);
        answer(request, 200, text);
}

static void on_backup(void *ctx, control_request request, const char *path)
{
        (void)ctx;
        temporary_text(path, "copy");
        answer(request, 200, "{}");
}

static void on_roster(void *ctx, control_request request)
{
        (void)ctx;
        atomic_fetch_add(&hub.rosters, 1);
        answer(request, 200, "{}");
}

static const struct control_calls calls = {.hello = on_hello,
        .call = on_call,
        .import = on_import,
        .report = on_report,
        .backup = on_backup,
        .roster = on_roster};

static void *loop(void *ctx)
{
        (void)ctx;
        for (;;) {
                struct pollfd fds[CONTROL_FDS_MAX + 1];
                size_t n = control_fds(hub.control, fds);
                fds[n] = (struct pollfd){.fd = hub.stop_fd, .events = POLLIN};
                if (poll(fds, n + 1, hub.held ? 0 : -1) < 0)
                        continue;
                if (fds[n].revents)
                        return NULL;
                struct import_batch *batch = hub.held;
                if (batch) {
                        hub.held = NULL;
                        control_imported(hub.control, hub.held_request, batch);
                        import_batch_free(batch);
                }
                control_serve(hub.control, fds, n);
        }
}

static int start_hub(void **state)
{
        struct control_error error = {{0}};
        (void)state;
        hub = (struct hub){.stop_fd = eventfd(0, 0)};
        if (control_open("socket", &calls, &hub.control, &error) != 0) {
                print_error("%s\n", error.text);
                return -1;
        }
        return pthread_create(&hub.thread, NULL, loop, NULL);
}

static int stop_hub(void **state)
{
        (void)state;
        uint64_t one = 1;
        if (write(hub.stop_fd, &one, sizeof one) != sizeof one || pthread_join(hub.thread, NULL) != 0)
                return -1;
        import_batch_free(hub.held);
        control_close(hub.control);
        close(hub.stop_fd);
        return access("socket", F_OK) == 0 ? -1 : 0;
}

/* ---- maitrectl in front ---- */

static struct ctl ctl = {.socket = "socket"};

static int run(int (*command)(struct ctl *, int, char **), ...)
{
        char *argv[16];
        int argc = 0;
        va_list args;
        va_start(args, command);
        while ((argv[argc] = va_arg(args, char *)))
                argc++;
        va_end(args);
        extern int optind;
        optind = 0;
        ctl.json = false;
        return command(&ctl, argc, argv);
}

static void test_facts(void **state)
{
        (void)state;
        struct client *c;
        struct client_error error;
        assert_int_equal(client_open("socket", &c, &error), 0);
        assert_string_equal(json_string_value(json_object_get(client_facts(c), "zone")), "Europe/Stockholm");
        assert_int_equal(client_greet(c, &error), 0);
        client_close(c);
        struct stat st;
        assert_int_equal(stat("socket", &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_commands(void **state)
{
        (void)state;
        assert_int_equal(run(ctl_link, "link", "handheld", "maria", NULL), CTL_OK);
        assert_int_equal(run(ctl_link, "link", "sign", "--qr", NULL), CTL_OK);
        assert_int_equal(run(ctl_link, "link", "handheld", "nobody", NULL), CTL_REFUSED);
        assert_int_equal(run(ctl_link, "link", "handheld", NULL), CTL_USAGE);
        assert_int_equal(run(ctl_link, "link", "spoon", "maria", NULL), CTL_USAGE);
        assert_int_equal(run(ctl_token, "token", "till", "1", NULL), CTL_OK);
        assert_int_equal(run(ctl_explain, "explain", "preferred", "demo-anna", NULL), CTL_OK);
        assert_int_equal(run(ctl_explain, "explain", "preferred", "--all", "--json", NULL), CTL_OK);
        assert_int_equal(run(ctl_explain, "explain", "preferred", NULL), CTL_USAGE);
        assert_int_equal(run(ctl_status, "status", NULL), CTL_OK);
        assert_int_equal(run(ctl_preview, "preview", "demo-anna", "maria", "--sensed", NULL), CTL_OK);
        assert_int_equal(run(ctl_backup, "backup", "copy.db", NULL), CTL_OK);
        assert_int_equal(access("copy.db", R_OK), 0);
        assert_int_equal(run(ctl_backup, "backup", "copy.db", NULL), CTL_CANNOT_WRITE);
        assert_int_equal(atomic_load(&hub.calls), 5);
}

/* Many batches, rejects of both sides, every line accounted for. */
static void test_import(void **state)
{
        (void)state;
        FILE *f = fopen("customers.csv", "w");
        assert_non_null(f);
        fputs("id,name\n", f);
        for (int i = 0; i < 9000; i++)
                fprintf(f, "%s%d,Märta\n", i % 3000 == 2 ? "\"x" : "c", i); /* three open quotes */
        fputs("bad,One\nold,Two\nbad,\"Three\nlines\"\n,Four\n", f);
        fclose(f);
        assert_int_equal(run(ctl_import, "import", "customers", "customers.csv", NULL), CTL_REFUSED);
        assert_int_equal(atomic_load(&hub.rows), 9000 - 3 + 3);
        assert_in_range(atomic_load(&hub.batches), 5, 100);
        assert_int_equal(atomic_load(&hub.rosters), 1);
        char text[1000] = "";
        f = fopen("customers.rejects.csv", "r");
        assert_non_null(f);
        struct stat st;
        assert_int_equal(fstat(fileno(f), &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_true(fread(text, 1, sizeof text - 1, f) > 0);
        fclose(f);
        assert_string_equal(text, "line,reason,row\n"
                                  "4,\"the line has a quote in a wrong place\",\"\"\"x2,Märta\"\n"
                                  "3004,\"the line has a quote in a wrong place\",\"\"\"x3002,Märta\"\n"
                                  "6004,\"the line has a quote in a wrong place\",\"\"\"x6002,Märta\"\n"
                                  "9006,\"id is empty\",\",Four\"\n"
                                  "9002,\"id is bad\",\"bad,One\"\n"
                                  "9004,\"id is bad\",\"bad,\"\"Three\nlines\"\"\"\n");
}

static void test_import_folder(void **state)
{
        (void)state;
        assert_int_equal(mkdir("csv", 0700), 0);
        temporary_text("csv/stores.csv", "id,zone\nnorth,Europe/Helsinki\n");
        temporary_text("csv/purchases.csv",
                "id,customer,at,store,quantity\n1,2,2026-01-01,north,-2\n2,,yesterday,,\n");
        assert_int_equal(run(ctl_import, "import", "csv", NULL), CTL_OK);
        assert_int_equal(atomic_load(&hub.rows), 3);
        assert_int_equal(
                atomic_load(&hub.rosters), 2); /* after the stores, for their zones, and at the end */
        assert_int_equal(atomic_load(&hub.hellos), 2);
        assert_int_equal(run(ctl_import, "import", "csv", "--map", "colour=tint", NULL), CTL_DATA);
        assert_int_equal(run(ctl_import, "import", "csv", "--map", "birthday=", NULL), CTL_USAGE);
        assert_int_equal(run(ctl_import, "import", "none", NULL), CTL_NO_INPUT);
        assert_int_equal(run(ctl_import, "import", "spoons", "csv/stores.csv", NULL), CTL_USAGE);
        assert_int_equal(
                run(ctl_import, "import", "stores", "csv/purchases.csv", "--dialect", "comma", NULL), CTL_OK);
        assert_int_equal(
                run(ctl_import, "import", "customers", "csv/stores.csv", "--encoding", "ebcdic", NULL),
                CTL_USAGE);
}

/* A hub that cannot write stops the run: what follows in the folder is not sent. */
static void test_import_stopped(void **state)
{
        (void)state;
        FILE *f = fopen("full.csv", "w");
        assert_non_null(f);
        fputs("id,name\n", f);
        for (int i = 0; i < 20000; i++)
                fputs("full,Anna\n", f);
        fclose(f);
        assert_int_equal(run(ctl_import, "import", "customers", "full.csv", NULL), CTL_LATER);
        assert_int_equal(atomic_load(&hub.rows), 0);
        assert_int_equal(atomic_load(&hub.rosters), 0);
}

static int raw_connection(void)
{
        struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
        return fd;
}

/* Everything that the hub sends until it closes. */
static size_t read_all(int fd, uint8_t *out, size_t room)
{
        size_t n = 0;
        ssize_t r;
        while (n < room && (r = recv(fd, out + n, room - n, 0)) > 0)
                n += (size_t)r;
        close(fd);
        return n;
}

static void send_frame(int fd, enum control_type type, const char *body)
{
        uint8_t head[CONTROL_HEAD_SIZE];
        control_head(head, type, (uint32_t)strlen(body));
        assert_int_equal(send(fd, head, sizeof head, MSG_NOSIGNAL), sizeof head);
        if (body[0])
                assert_int_equal(send(fd, body, strlen(body), MSG_NOSIGNAL), (ssize_t)strlen(body));
}

static void test_bad_frames(void **state)
{
        (void)state;
        uint8_t got[4096];
        int fd = raw_connection();
        send_frame(fd, CONTROL_REPORT, "{\"what\":\"status\"}"); /* no hello before it */
        assert_int_equal(read_all(fd, got, sizeof got), 0);
        fd = raw_connection();
        assert_int_equal(send(fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), 18);
        assert_int_equal(read_all(fd, got, sizeof got), 0);
        fd = raw_connection();
        send_frame(fd, CONTROL_HELLO, "{\"version\":2}");
        size_t n = read_all(fd, got, sizeof got);
        assert_true(n > CONTROL_HEAD_SIZE + 2);
        assert_int_equal(got[4], CONTROL_ANSWER);
        assert_int_equal(got[CONTROL_HEAD_SIZE] | got[CONTROL_HEAD_SIZE + 1] << 8, 400);
        fd = raw_connection();
        send_frame(fd, CONTROL_HELLO, "{\"version\":1}");
        send_frame(fd, CONTROL_REPORT, "{\"what\":\"secrets\"}");
        send_frame(fd, CONTROL_REPORT, "[]");
        send_frame(fd, CONTROL_BACKUP, "{\"path\":\"here\"}");
        send_frame(fd, CONTROL_CALL, "{\"t\":\"link\",\"face\":\"handheld\",\"more\":1}");
        send_frame(fd, CONTROL_IMPORT, "rubbish");
        send_frame(fd, CONTROL_ANSWER, "{}"); /* goes the other way: closes */
        n = read_all(fd, got, sizeof got - 1);
        uint32_t answers = 0;
        for (size_t at = 0; at + CONTROL_HEAD_SIZE <= n;) {
                enum control_type type = CONTROL_HELLO;
                uint32_t len = 0;
                assert_int_equal(control_head_read(got + at, CONTROL_REPLY_MAX, &type, &len), 0);
                if (type == CONTROL_ANSWER) {
                        assert_int_equal(
                                got[at + CONTROL_HEAD_SIZE] | got[at + CONTROL_HEAD_SIZE + 1] << 8, 400);
                        answers++;
                }
                at += CONTROL_HEAD_SIZE + len;
        }
        assert_int_equal(answers, 5);
        assert_int_equal(atomic_load(&hub.calls), 0);
        assert_int_equal(atomic_load(&hub.batches), 0);
}

static void test_nine_operators(void **state)
{
        (void)state;
        struct client *c[CONTROL_CONNECTIONS_MAX], *late;
        struct client_error error = {{0}};
        for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
                assert_int_equal(client_open("socket", &c[i], &error), 0);
        assert_int_not_equal(client_open("socket", &late, &error), 0);
        client_close(c[3]);
        /* The hub sees the end of the one at its next turn; then there is room. */
        int code;
        do
                code = client_open("socket", &c[3], &error);
        while (code != 0);
        for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
                client_close(c[i]);
}

/* A client that dies with a batch at the hub harms nobody. */
static void test_client_dies(void **state)
{
        (void)state;
        uint8_t *packed = malloc(IMPORT_PACKED_MAX);
        struct import_pack pack;
        struct import_row row = {.line = 2, .field = {{"old", 3}}};
        struct client *c;
        struct client_error error;
        assert_non_null(packed);
        import_pack_start(&pack, IMPORT_CUSTOMERS, packed);
        for (int i = 0; i < 500; i++)
                assert_int_equal(import_pack_row(&pack, &row), 0);
        for (int round = 0; round < 20; round++) {
                assert_int_equal(client_open("socket", &c, &error), 0);
                assert_int_equal(client_send(c, CONTROL_IMPORT, packed, pack.len, &error), 0);
                assert_int_equal(client_send(c, CONTROL_IMPORT, packed, pack.len, &error), 0);
                client_close(c);
        }
        assert_int_equal(run(ctl_status, "status", NULL), CTL_OK);
        free(packed);
}

/* ---- the socket file ---- */

static void test_socket_file(void **state)
{
        (void)state;
        struct control *a = NULL, *b = NULL;
        struct control_error error = {{0}};
        assert_int_equal(control_open("s", &calls, &a, &error), 0);
        assert_int_equal(control_open("s", &calls, &b, &error), -1);
        assert_non_null(strstr(error.text, "another hub is running"));
        assert_null(b);
        /* Left behind by a hub that was killed: nobody listens, so it is replaced. */
        struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "left"};
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
        close(fd);
        assert_int_equal(control_open("left", &calls, &b, &error), 0);
        control_close(b);
        assert_int_equal(access("left", F_OK), -1);
        temporary_text("file", "precious");
        assert_int_equal(control_open("file", &calls, &b, &error), -1);
        assert_non_null(strstr(error.text, "no socket"));
        assert_int_equal(access("file", F_OK), 0);
        assert_int_equal(control_open("none/s", &calls, &b, &error), -1);
        assert_non_null(strstr(error.text, "folder"));
        char path[200];
        memset(path, 'x', sizeof path - 1);
        path[sizeof path - 1] = 0;
        assert_int_equal(control_open(path, &calls, &b, &error), -1);
        assert_non_null(strstr(error.text, "107"));
        /* A file that is not ours any more stays. */
        assert_int_equal(unlink("s"), 0);
        temporary_text("s", "somebody else's");
        control_close(a);
        assert_int_equal(access("s", F_OK), 0);
        control_close(NULL);
        struct client *c;
        struct client_error away = {{0}};
        assert_int_equal(client_open("nothing", &c, &away), CTL_UNREACHABLE);
        assert_non_null(strstr(away.text, "--socket"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_facts, start_hub, stop_hub),
                cmocka_unit_test_setup_teardown(test_commands, start_hub, stop_hub),
                cmocka_unit_test_setup_teardown(test_import, start_hub, stop_hub),
                cmocka_unit_test_setup_teardown(test_import_folder, start_hub, stop_hub),
                cmocka_unit_test_setup_teardown(test_import_stopped, start_hub, stop_hub),
                cmocka_unit_test_setup_teardown(test_bad_frames, start_hub, stop_hub),
                cmocka_unit_test_setup_teardown(test_nine_operators, start_hub, stop_hub),
                cmocka_unit_test_setup_teardown(test_client_dies, start_hub, stop_hub),
                cmocka_unit_test(test_socket_file),
        };
        return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
