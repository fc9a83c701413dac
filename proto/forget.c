#include "proto/forget.h"

#include "proto/pin_text.h"

#include <sodium.h>
#include <string.h>

/* Whether it is long enough is decided from the message (P60), so that much is left. */
static void forget_password(char *text, size_t room)
{
        size_t len = strnlen(text, room);
        sodium_memzero(text, room);
        memset(text, 'x', len < MANAGER_PASSWORD_LEAST ? 1 : MANAGER_PASSWORD_LEAST);
}

static void forget_code(char *text, size_t room)
{
        bool six = strspn(text, "0123456789") == 6 && text[6] == 0;
        sodium_memzero(text, room);
        memset(text, six ? '0' : 'x', six ? 6 : 1);
}

/* Whether it may be a PIN is decided from the message, too (P97). */
static void forget_pin(char *text, size_t room)
{
        static const char *const stand_ins[] = {
                [PIN_FINE] = "271828", [PIN_NONE] = "0", [PIN_EASY] = "000000"};
        const char *stand_in = text[0] ? stand_ins[pin_judge(text)] : "";
        sodium_memzero(text, room);
        memcpy(text, stand_in, strlen(stand_in));
}

bool forget_passwords(struct message *m)
{
        /* Not a switch: of all messages these are the few. */
        if (m->type == MESSAGE_SIGN_IN) {
                forget_password(m->sign_in.password, sizeof m->sign_in.password);
                forget_code(m->sign_in.code, sizeof m->sign_in.code);
        } else if (m->type == MESSAGE_ENROL) {
                forget_password(m->enrol.password, sizeof m->enrol.password);
                forget_code(m->enrol.code, sizeof m->enrol.code);
        } else if (m->type == MESSAGE_STEP_UP) {
                forget_password(m->step_up.password, sizeof m->step_up.password);
                forget_code(m->step_up.code, sizeof m->step_up.code);
        } else if (m->type == MESSAGE_PIN) {
                forget_pin(m->pin.pin, sizeof m->pin.pin);
        } else if (m->type == MESSAGE_CHOOSE) {
                forget_pin(m->choose.pin, sizeof m->choose.pin);
                forget_pin(m->choose.old, sizeof m->choose.old);
        } else {
                return false;
        }
        return true;
}
