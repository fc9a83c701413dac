/* One entry a message, for those whose files have no header of their own: customer.c, arrive.c, join.c,
 * handheld.c, board.c. */
#ifndef CORE_ENTRIES_H
#define CORE_ENTRIES_H

#include "server/core/state.h"

void customer_now(struct hub *, struct pending *);
void customer_arrive(struct hub *, struct pending *);
void customer_here(struct hub *, struct pending *);
void customer_tell(struct hub *, struct pending *);
void customer_not_today(struct hub *, struct pending *);
void customer_stop(struct hub *, struct pending *);
/* Adds to this commit that everything she agreed to is taken back; `state`: what becomes of being a customer
 * at all, withdrawn or refused. */
void customer_take_all(struct hub *hub, struct pending *p, const struct dossier *d, uint8_t state);
bool customer_unpaused(struct hub *, struct pending *);
void customer_leaving(struct hub *, struct pending *);
void customer_thanks(struct hub *, struct pending *);
void customer_card(struct hub *, struct pending *);
void customer_strike(struct hub *, struct pending *);
void customer_share(struct hub *, struct pending *);
void join_look(struct hub *, struct pending *);
void join_join(struct hub *, struct pending *);
void operator_preview(struct hub *, struct pending *);
void sign_code(struct hub *, struct pending *);
void board_board(struct hub *, struct pending *);
void handheld_opened(struct hub *);
void handheld_attach(struct hub *, struct peer *); /* reads its session, and lets it in */
void handheld_message(struct hub *);
void handheld_roster(struct hub *); /* after the roster changed */
void handheld_sales(struct hub *, struct pending *);
void handheld_invite(struct hub *, struct pending *);
void handheld_reply(struct hub *, struct pending *);
void handheld_hand_over(struct hub *, struct pending *);
void handheld_colleagues(struct hub *, struct pending *);
void handheld_rendered(struct hub *, struct pending *);
void handheld_cleared(struct hub *, struct pending *);

/* ---- house_rules.c ---- */
/* Whether her "always" still means that. */
bool house_always(const struct hub *hub, const struct dossier *d);
/* Which of the store's departments the rules list: to be called when either has changed. A name that none of
 * them has is no error. */
void house_departments(struct hub *hub);
/* Whether everything that she works in is listed: whoever has no department is never meant [P161]. */
bool house_never(const struct hub *hub, uint32_t index, enum house_rule rule);
/* Whether a peer's associate may invite at all, as its page is told. */
bool house_invites(const struct hub *hub, const struct peer *peer);
/* Whether she may invite after a sale of that department; `index` NONE: it was nobody's. */
bool house_may_invite(const struct hub *hub, uint32_t index, uint8_t department);
/* The same of these words, a last visit on that day (0: none), and "not today" on so many days since she said
 * it. */
bool house_always_said(const struct hub *hub, const struct consent_row *rows, uint32_t n,
        store_day last_visit, uint32_t not_todays);

#endif
