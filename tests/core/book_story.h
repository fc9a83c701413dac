/* Changing rules in one line each: two managers who have stepped up, drafts, and what the lab would say of
 * them. */
#ifndef TESTS_CORE_BOOK_STORY_H
#define TESTS_CORE_BOOK_STORY_H

#include "tests/core/story.h"

#define HANDHELD 1 /* Maria's, with Anna's card on it */

struct scene {
        struct rig *r;
        struct digest eva, jonas, phone;
};

/* A version of the rules, and what the lab would say of it. */
struct draft {
        struct rulebook *book;
        struct book_verdict verdict;
        char hex[65];
};

struct scene rules_scene_of(void **state);
/* A request of face console; its status, 0 if there is no answer yet. */
uint16_t rules_ask(struct rig *r, const struct digest *console, const struct message *m);
void rules_step_up(struct rig *r, const struct digest *console);
/* Balanced with one line of it changed. */
struct draft rules_draft_of(struct rig *r, const char *line, const char *instead, uint64_t wider);
struct draft rules_narrower(struct rig *r); /* nobody may see the coat's name any more */
struct draft rules_wider(struct rig *r);
void rules_drop(struct draft *d);
struct message rules_proposal(void);
struct message rules_publication(const struct draft *d);
/* Proposed by whoever asks at this console; the version is on disk afterwards. */
void rules_propose(struct rig *r, const struct digest *console, struct draft *d);
/* Asks for it and gives the lab's verdict; the refusal's status, 0 when the lab tells how it went. */
uint16_t rules_publish(struct rig *r, const struct digest *console, struct draft *d);
uint32_t rules_live_version(const struct rig *r);

#endif
