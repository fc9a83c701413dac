/* What a viewer may know: the projected form. Hidden fields do not exist here, so a renderer cannot leak
 * them. */
#ifndef RULEBOOK_VIEW_H
#define RULEBOOK_VIEW_H

#include "proto/base.h"
#include "server/rulebook/words.h"

#define VIEW_LINES_MAX   5  /* history lines on one card */
#define VIEW_TEXT_MAX    64 /* bytes of any shown string, cut at a character boundary, with its NUL */
#define VIEW_BECAUSE_MAX 80
#define VIEW_RULE_MAX    16
#define VIEW_SIZES_MAX   4
#define VIEW_LIKES_MAX   3
#define NOTE_BYTES       121 /* of one note, with its NUL */

/* Bucketed tally: the exact count is never shown; below 3 nothing is. */
enum tally { TALLY_NONE, TALLY_FEW /* 3-5 */, TALLY_SEVERAL /* 6-11 */, TALLY_MANY /* 12 or more */ };

struct view_line {
        enum level level;   /* LEVEL_TALLY..LEVEL_FULL; strings above the level are empty */
        bool may_say;       /* mention ok */
        enum status status; /* STATUS_BOUGHT, STATUS_RETURNED or STATUS_CANCELLED */
        enum tally tally;   /* only at LEVEL_TALLY */
        char department[VIEW_TEXT_MAX];
        char kind[VIEW_TEXT_MAX];
        char brand[VIEW_TEXT_MAX];
        char item[VIEW_TEXT_MAX], size[VIEW_TEXT_MAX], colour[VIEW_TEXT_MAX];
        char store_name[VIEW_TEXT_MAX];
        enum channel channel;
        uint8_t season; /* 1 winter (Dec-Feb) .. 4 autumn; at LEVEL_KIND and LEVEL_BRAND */
        uint8_t month;  /* from LEVEL_ITEM, else 0 */
        uint16_t
                year; /* from LEVEL_KIND; beside a season the year it began in: January 2026 is winter 2025 */
        int32_t age_days;   /* LEVEL_FULL, else -1 */
        wall_ms at;         /* LEVEL_FULL, else 0 */
        int64_t unit_price; /* LEVEL_FULL, else PRICE unknown (INT64_MIN) */
        int32_t quantity;   /* LEVEL_FULL, else 0 */
        char because[VIEW_BECAUSE_MAX];
        char rule[VIEW_RULE_MAX]; /* id of the show rule that decided, or "her" for her own share */
};

/* A field of the card with the rule that shows it. shown == LEVEL_HIDE: nothing of it is here. */
struct view_field {
        enum level level;
        bool may_say;
        char text[VIEW_TEXT_MAX * 2];
        char because[VIEW_BECAUSE_MAX];
        char rule[VIEW_RULE_MAX];
};

/* What the viewer wrote down about her: known, never said. */
struct view_notes {
        enum level level;
        uint8_t n;
        char text[NOTES_MAX][NOTE_BYTES];
        char because[VIEW_BECAUSE_MAX];
        char rule[VIEW_RULE_MAX];
};

struct view {
        struct view_field name; /* full: "Anna B."; kind..item: initials "A.B."; else empty */
        struct view_field greet;
        struct view_field hint, wish;
        struct view_field sizes; /* "38, 39 shoes"-like text, derived from visible lines only */
        struct view_field likes; /* derived from visible lines only */
        struct view_notes notes;
        bool presence; /* false: the viewer may not even know she is here */
        uint8_t n_lines;
        struct view_line lines[VIEW_LINES_MAX]; /* the most useful first; may_say lines before the others */
        char currency[4];
};

#endif
