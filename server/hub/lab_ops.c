/* Which function answers which message of the lab. */
#include "server/hub/lab.h"

#include "server/lab/cards.h"
#include "server/lab/check.h"
#include "server/lab/compare_ops.h"

const struct lab_ops lab_ops = {
        .quick = {[MESSAGE_RULES_CHECK] = lab_check, [MESSAGE_RULES_CARDS] = lab_cards},
        .jobs = {[MESSAGE_RULES_DIFF] = compare_diff, [MESSAGE_RULES_REPLAY] = compare_replay},
};
