/* What a store's first run asks of the hub [P136-P142]: who may, and where it was left. The rows of a file go
 * past the core, as the lab's texts do: it says yes, and whoever carries out FIRST has kept them.
 *
 *   first     -> signed in                     -> FIRST: what there is
 *   first_at  -> signed in, with a password    -> COMMIT -> {}
 *   import    -> ... and stepped up            -> FIRST: rows into the store, counted
 *   pair_link -> ... and stepped up            -> COMMIT -> a handheld's link
 */
#include "server/core/state.h"
#include "server/core/manager.h"

#include <string.h>

static void to_hub(struct hub *hub, struct pending *p, uint32_t who, bool import)
{
        struct effect *e = out_effect(hub, EFFECT_FIRST);
        if (!e) {
                out_refuse(hub, p, 503, "busy", "We are very busy just now.", "Try again in a moment.");
                return;
        }
        e->first.request = p->request;
        e->first.import = import;
        memcpy(e->first.who, hub->associates[who].row.external, sizeof(e->first.who));
        pending_free(hub, p);
}

static void told_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, MAY_LOOK);
        if (who != NONE)
                to_hub(hub, p, who, false);
}

void first_told(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, told_loaded);
}

static void import_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        uint32_t who = manager_may(hub, p, d, MAY_PUBLISH);
        if (who != NONE)
                to_hub(hub, p, who, true);
}

void first_import(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, import_loaded);
}

static void left_there(struct hub *hub, struct pending *p)
{
        out_answer(hub, p, 200, "{}", 2);
}

static void at_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_CHANGE) == NONE)
                return;
        pending_write(p, WRITE_FIRST_STEP)->first_step = (uint8_t)p->message.first_at.step;
        pending_commit(hub, p, left_there);
}

void first_at(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, at_loaded);
}

static void pair_loaded(struct hub *hub, struct pending *p, const struct dossier *d)
{
        if (manager_may(hub, p, d, MAY_PUBLISH) == NONE)
                return;
        uint32_t associate = associate_by_external(hub, p->message.pair_link.associate);
        if (associate_here(hub, associate))
                link_handheld(hub, p, associate);
        else
                out_refuse(hub, p, 404, "no_associate", "No active associate of this store has that id.",
                        "Look at the list of people again.");
}

void first_pair_link(struct hub *hub, struct pending *p)
{
        manager_load(hub, p, pair_loaded);
}
