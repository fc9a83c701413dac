/* The store's Wi-Fi: the code that pairs an access point's agent, and what a customer's phone is known by. */
#include <stdlib.h>
#include <string.h>

#include "proto/agent.h"
#include "server/ctl/client.h"
#include "server/ctl/ctl.h"

/* One question; *pin gets what the hub says agents know it by. The answer is new; NULL with the fault told.
 */
static json_t *ask(struct ctl *ctl, json_t *request, uint8_t pin[AGENT_PIN_BYTES], int *code)
{
        struct client_error error;
        struct client *client = NULL;
        json_t *answer = NULL;
        int status = 0;
        *code = client_open(ctl->socket, &client, &error);
        if (*code == 0)
                *code = client_ask(client, CONTROL_CALL, request, &status, &answer, &error);
        const char *hex = *code == 0 ? json_string_value(json_object_get(client_facts(client), "pin")) : NULL;
        for (size_t i = 0; i < AGENT_PIN_BYTES; i++) {
                char two[3] = {hex && strlen(hex) == 2 * AGENT_PIN_BYTES ? hex[2 * i] : '0',
                        hex && strlen(hex) == 2 * AGENT_PIN_BYTES ? hex[2 * i + 1] : '0', 0};
                pin[i] = (uint8_t)strtoul(two, NULL, 16);
        }
        client_close(client);
        json_decref(request);
        if (*code != 0)
                ctl_fail(*code, "%s", error.text);
        else if (!answer)
                *code = ctl_fail(CTL_UNREACHABLE, "the hub's answer cannot be read.");
        else if (!hex)
                *code = ctl_fail(CTL_DATA, "the hub's certificate cannot be read, so no agent could know it; "
                                           "start the hub once, or check tls.certificate.");
        if (*code == 0)
                return answer;
        json_decref(answer);
        return NULL;
}

int ctl_pair_agent(struct ctl *ctl, const char *name)
{
        uint8_t pin[AGENT_PIN_BYTES];
        char paper[AGENT_PAIR_TEXT + 1] = "";
        int code;
        json_t *answer = ask(ctl, json_pack("{s:s, s:s}", "t", "agent", "name", name), pin, &code);
        if (!answer)
                return code;
        const char *made = json_string_value(json_object_get(answer, "code"));
        if (!made || strlen(made) != AGENT_CODE_TEXT) {
                json_decref(answer);
                return ctl_fail(CTL_UNREACHABLE, "the hub's answer cannot be read.");
        }
        memcpy(paper, made, AGENT_CODE_TEXT);
        agent_pair_proof(made, pin, paper + AGENT_CODE_TEXT);
        if (ctl->json)
                printf("{\"code\": \"%s\", \"valid_s\": %lld}\n", paper,
                        (long long)json_integer_value(json_object_get(answer, "valid_s")));
        else
                printf("%.4s-%.4s-%.4s-%.4s\n", paper, paper + 4, paper + 8, paper + 12);
        json_decref(answer);
        return 0;
}

int ctl_device(struct ctl *ctl, int argc, char **argv)
{
        uint8_t pin[AGENT_PIN_BYTES];
        int code;
        bool short_form = argc == 3 && strcmp(argv[2], "keyid") == 0;
        if (argc != 4 && !short_form)
                return ctl_usage("device", "device takes a customer, keyid, user or mac, and an id.");
        json_t *request = json_pack("{s:s, s:s, s:s}", "t", "device", "customer", argv[1], "kind", argv[2]);
        if (argc == 4)
                json_object_set_new(request, "id", json_string(argv[3]));
        json_t *answer = ask(ctl, request, pin, &code);
        if (!answer)
                return code;
        const char *keyid = json_string_value(json_object_get(answer, "keyid"));
        if (keyid)
                puts(keyid);
        json_decref(answer);
        return 0;
}
