/* What a manager and the operator do about PINs [P113]: a handheld that was shut may be tried again; a PIN is
 * taken away, never given. */
#include "server/core/state.h"

#include <sodium.h>

static void unlocked(struct hub *hub, struct pending *p)
{
        sign_look_again(hub, &p->writes[0].sign.token, 0);
        out_answer(hub, p, 200, "{}", 2);
}

void sign_unlock(struct hub *hub, struct pending *p, const struct digest *token)
{
        struct write *w = pending_write(p, WRITE_SIGN_TRIES);
        w->sign.token = *token;
        pending_commit(hub, p, unlocked);
}

static void cleared(struct hub *hub, struct pending *p)
{
        uint32_t who = associate_find(hub, p->session_subject);
        if (who != NONE)
                sodium_memzero(&hub->pins[who].hash, sizeof(hub->pins[who].hash));
        if (p->trying)
                *p->trying = (struct manager_try){.trying = true};
        sign_look_again(hub, NULL, p->session_subject);
        out_answer(hub, p, 200, "{}", 2);
}

void sign_clear(struct hub *hub, struct pending *p, uint32_t associate)
{
        uint32_t who = associate_find(hub, associate);
        struct pin *pin = who == NONE ? NULL : &hub->pins[who];
        if (pin && pin->tries.trying) {
                out_refuse(hub, p, 503, "busy", "This PIN is being looked at at this moment.",
                        "Try again in a moment.");
                return;
        }
        if (pin) {
                pin->tries.trying = true; /* nobody begins meanwhile */
                p->trying = &pin->tries;
        }
        p->session_subject = associate;
        struct write *w = pending_write(p, WRITE_PIN_GONE);
        w->sign.associate = associate;
        w = pending_write(p, WRITE_SIGN_OUT);
        w->sign.associate = associate;
        pending_commit(hub, p, cleared);
}
