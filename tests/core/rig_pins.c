/* What the rig's store keeps of PINs and of who is signed in, as server/hub/store/pins.c does. */
#include "tests/core/rig.h"

#include <string.h>

static void sign_out(struct session_row *row)
{
        row->who = 0;
        row->signed_at = row->life_at = 0;
}

static void apply(struct session_row *row, const struct write *w)
{
        if (w->kind == WRITE_SIGN_IN) {
                row->who = w->sign.associate;
                row->tries = 0;
                row->signed_at = row->life_at = w->sign.at;
        } else if (w->kind == WRITE_SIGN_OUT) {
                sign_out(row);
        } else if (w->kind == WRITE_SIGN_LIFE && row->who) {
                row->life_at = w->sign.at;
        } else if (w->kind == WRITE_SIGN_TRIES) {
                row->tries = w->sign.tries;
                row->who = w->sign.out ? 0 : row->who;
        }
}

void rig_apply_pin(struct rig *r, const struct write *w)
{
        if (w->kind == WRITE_PIN) {
                if (w->pin.associate)
                        r->pin_rows[w->pin.associate] = w->pin;
                return;
        }
        if (w->kind == WRITE_PIN_GONE) {
                r->pin_rows[w->sign.associate] = (struct pin_row){0};
                return;
        }
        bool everywhere = (w->kind == WRITE_SIGN_OUT && w->sign.associate) || w->sign.nowhere_else;
        for (uint32_t i = 0; everywhere && i < r->n_sessions; i++)
                if (r->sessions[i].row.who == w->sign.associate)
                        sign_out(&r->sessions[i].row);
        for (uint32_t i = 0; i < r->n_sessions; i++)
                if (r->sessions[i].row.kind == SESSION_HANDHELD &&
                        memcmp(&r->sessions[i].token, &w->sign.token, sizeof(w->sign.token)) == 0)
                        apply(&r->sessions[i].row, w);
}
