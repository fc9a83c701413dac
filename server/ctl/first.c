/* The first manager of an empty hub [P142]: her row of the roster, and the link that opens the first run. It
 * goes through the operator's door only, and only while nobody manages: after that it is the managers'
 * business. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "proto/import.h"
#include "server/ctl/ask.h"
#include "server/ctl/client.h"
#include "server/ctl/ctl.h"
#include "server/ctl/show.h"

#define TURN_MS      10000
#define TURN_LOOK_MS 50

static int somebody_manages(struct ctl *ctl, const char **who, json_t **answer)
{
        int code;
        *answer = ask_hub(ctl, CONTROL_CALL, json_pack("{s:s}", "t", "managers"), &code);
        if (!*answer)
                return code;
        const json_t *list = json_object_get(*answer, "managers");
        *who = json_array_size(list) > 0 ? json_string_value(json_object_get(json_array_get(list, 0), "id"))
                                         : NULL;
        return 0;
}

/* One row, as an import of associates has it. */
static int pack(const char *id, const char *name, const char *store, struct import_pack *out, uint8_t *room)
{
        static const char *const fields[] = {"id", "name", "store", "role"};
        const char *const values[] = {id, name, store, "manager"};
        struct import_row row = {.line = 1};
        for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
                char scratch[IMPORT_FIELD_MAX + 1];
                const char *why;
                int at = import_field_find(IMPORT_ASSOCIATES, fields[i]);
                enum import_form form = import_fields(IMPORT_ASSOCIATES)[at].form;
                if (import_normalise(form, slice_of(values[i]), scratch, &row.field[at], &why) != 0)
                        return ctl_usage("first", "the %s %s.", fields[i], why);
                if (row.field[at].len == 0)
                        return ctl_usage("first", "the %s is empty.", fields[i]);
        }
        import_pack_start(out, IMPORT_ASSOCIATES, room);
        return import_pack_row(out, &row) == 0 ? 0 : ctl_fail(CTL_DATA, "the row does not fit.");
}

static int import_her(struct client *client, const struct import_pack *batch, struct client_error *error)
{
        enum control_type type;
        const uint8_t *body;
        size_t len;
        struct import_answer answer;
        struct import_reject reject;
        int code = client_send(client, CONTROL_IMPORT, batch->at, batch->len, error);
        if (code == 0)
                code = client_receive(client, &type, &body, &len, error);
        if (code != 0)
                return ctl_fail(code, "%s", error->text);
        if (type != CONTROL_IMPORTED || import_answer_unpack(body, len, &answer) != 0)
                return ctl_fail(CTL_LATER, "the hub could not take her in; look at its disk, and try again.");
        if (import_answer_next(&answer, &reject))
                return ctl_fail(CTL_REFUSED, "%.*s", (int)reject.reason.len, reject.reason.at);
        return 0;
}

static int add(struct ctl *ctl, const char *id, const char *name)
{
        struct client_error error;
        struct client *client = NULL;
        struct import_pack batch;
        uint8_t *room = malloc(IMPORT_PACKED_MAX);
        json_t *answer = NULL, *nothing = json_object();
        int status = 0;
        if (!room || !nothing)
                abort();
        int code = client_open(ctl->socket, &client, &error);
        if (code != 0)
                code = ctl_fail(code, "%s", error.text);
        const char *store =
                code == 0 ? json_string_value(json_object_get(client_facts(client), "store")) : "";
        if (code == 0)
                code = pack(id, name, store ? store : "", &batch, room);
        if (code == 0)
                code = import_her(client, &batch, &error);
        if (code == 0 && (code = client_ask(client, CONTROL_ROSTER, nothing, &status, &answer, &error)) != 0)
                code = ctl_fail(code, "%s", error.text);
        json_decref(nothing);
        json_decref(answer);
        client_close(client);
        free(room);
        return code;
}

static int tell_link(struct ctl *ctl, const char *id)
{
        int code;
        json_t *answer = ask_hub(ctl, CONTROL_CALL,
                json_pack("{s:s, s:s, s:s}", "t", "link", "face", "console", "subject", id), &code);
        if (!answer)
                return code;
        const char *url = json_string_value(json_object_get(answer, "url"));
        char span[40];
        show_span(json_integer_value(json_object_get(answer, "valid_s")), span, sizeof span);
        if (ctl->json)
                json_dumpf(answer, stdout, JSON_COMPACT);
        else
                printf("Open this once, within %s, in the browser that is to be the console:\n%s\n", span,
                        url ? url : "");
        if (ctl->json)
                putchar('\n');
        json_decref(answer);
        return 0;
}

/* Whoever looks and then puts her there must be alone with it: two at once would both find nobody. They take
 * turns at the folder of the hub's socket, which is on one machine only, and wait TURN_MS at most. 0 and *fd,
 * to be closed; or what to end with, after a message. */
static int take_turn(const struct ctl *ctl, int *fd)
{
        const char *slash = strrchr(ctl->socket, '/');
        char folder[PATH_MAX];
        int len = slash ? (int)(slash - ctl->socket) + 1 : 0;
        snprintf(folder, sizeof(folder), "%.*s", len ? len : 1, len ? ctl->socket : ".");
        *fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (*fd < 0)
                return ctl_fail(CTL_UNREACHABLE,
                        "the folder of the hub's socket, %s, cannot be opened (%s); run this as the hub's "
                        "user or root, and name the socket with --socket.",
                        folder, strerror(errno));
        for (int waited = 0; waited < TURN_MS; waited += TURN_LOOK_MS) {
                if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
                        return 0;
                poll(NULL, 0, TURN_LOOK_MS);
        }
        close(*fd);
        return ctl_fail(CTL_LATER,
                "somebody else is setting up this hub (%s is locked); try again when that is over.", folder);
}

int ctl_first(struct ctl *ctl, int argc, char **argv)
{
        const char *who = NULL;
        json_t *answer = NULL;
        if (argc == 4 && strcmp(argv[3], "--json") == 0)
                ctl->json = true;
        else if (argc != 3)
                return ctl_usage("first", "first takes an id and a name.");
        int turn, code = take_turn(ctl, &turn);
        if (code != 0)
                return code;
        code = somebody_manages(ctl, &who, &answer);
        if (code == 0 && who)
                code = ctl_fail(CTL_REFUSED,
                        "%s manages here already. A link for her console: maitrectl link console %s", who,
                        who);
        json_decref(answer);
        if (code == 0)
                code = add(ctl, argv[1], argv[2]);
        close(turn);
        return code == 0 ? tell_link(ctl, argv[1]) : code;
}
