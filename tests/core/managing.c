#include "tests/core/managing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

int64_t managing_step(const struct rig *r)
{
        return r->wall / 30000;
}

void managing_proof(struct rig *r, bool right, int64_t step)
{
        r->proof = (struct proved){.right = right, .step = step};
}

uint16_t managing_ask(struct rig *r, const struct digest *console, struct message m)
{
        r->face = FACE_CONSOLE;
        uint16_t status = rig_request(r, console, &m);
        r->face = FACE_ANY;
        return status;
}

struct message managing_sign_in_as(const char *name)
{
        struct message m = {.type = MESSAGE_SIGN_IN, .sign_in = {.password = PASSWORD, .code = "123456"}};
        snprintf(m.sign_in.name, sizeof m.sign_in.name, "%s", name);
        return m;
}

uint16_t managing_sign_in(struct rig *r, const char *name)
{
        return managing_ask(r, NULL, managing_sign_in_as(name));
}

uint16_t managing_step_up(struct rig *r, const struct digest *console)
{
        return managing_ask(r, console,
                (struct message){
                        .type = MESSAGE_STEP_UP, .step_up = {.password = PASSWORD, .code = "123456"}});
}

uint16_t managing_me(struct rig *r, const struct digest *console)
{
        return managing_ask(r, console, (struct message){.type = MESSAGE_ME});
}

struct message managing_enrol_with(const char *password)
{
        struct message m = {.type = MESSAGE_ENROL, .enrol = {.code = "123456"}};
        snprintf(m.enrol.password, sizeof m.enrol.password, "%s", password);
        return m;
}

uint16_t managing_enrol(struct rig *r, const struct digest *console)
{
        assert_int_equal(managing_ask(r, console, (struct message){.type = MESSAGE_ENROL_BEGIN}), 200);
        managing_proof(r, true, managing_step(r));
        snprintf(r->proof.made.hash, sizeof r->proof.made.hash, "her hash");
        return managing_ask(r, console, managing_enrol_with(PASSWORD));
}

struct digest managing_eva(struct rig *r)
{
        struct digest console = rig_session(r, SESSION_CONSOLE, EVA);
        assert_int_equal(managing_enrol(r, &console), 200);
        return console;
}

struct digest managing_token(const struct rig *r)
{
        struct digest d;
        crypto_generichash(d.b, sizeof d.b, r->cookie_token.b, sizeof r->cookie_token.b, NULL, 0);
        return d;
}
