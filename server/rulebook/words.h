/* The closed vocabularies of the rulebook: levels, relations, channels, statuses, roles, subjects.
 * Order and values are fixed: they are stored in the database and printed in traces. */
#ifndef RULEBOOK_WORDS_H
#define RULEBOOK_WORDS_H

/* The disclosure ladder, lowest first. */
enum level { LEVEL_HIDE, LEVEL_TALLY, LEVEL_KIND, LEVEL_BRAND, LEVEL_ITEM, LEVEL_FULL };
#define LEVEL_COUNT 6

/* Relation of a viewer to a purchase line: a set of these bits (16 combinations). */
enum relation { RELATION_SELLER = 1, RELATION_PREFERRED = 2, RELATION_DEPARTMENT = 4, RELATION_STORE = 8 };
#define RELATION_COMBINATIONS 16

enum channel { CHANNEL_IN_STORE, CHANNEL_ONLINE };
#define CHANNEL_COUNT 2

/* A returned or cancelled line never reads as bought. */
enum status { STATUS_BOUGHT, STATUS_RETURNED, STATUS_CANCELLED };
#define STATUS_COUNT 3

enum role { ROLE_ASSOCIATE, ROLE_TRAINEE, ROLE_MANAGER };
#define ROLE_COUNT 3

/* How surely she was noticed: SEEN_CHECKED_IN is a scan, a tap or a spoken yes; SEEN_SENSED is Wi-Fi. */
enum seen { SEEN_CHECKED_IN, SEEN_SENSED };
#define SEEN_COUNT 2

/* What a rule speaks of: a purchase line, or one of the card's fields (decision: fields are governed like
 * lines). */
enum subject {
        SUBJECT_PURCHASE,
        SUBJECT_NAME,
        SUBJECT_GREET,
        SUBJECT_HINT,
        SUBJECT_WISH,
        SUBJECT_SIZES,
        SUBJECT_LIKES,
        SUBJECT_NOTES,
        SUBJECT_PRESENCE
};
#define SUBJECT_COUNT 9

#define NOTES_MAX 3 /* of a customer; a card may show them all */

/* What the customer said of one line herself: a hide always wins; talk lets the line be mentioned. */
enum line_choice { CHOICE_NONE, CHOICE_HIDE, CHOICE_TALK };

/* The word of the language for a value ("item", "seller" for a single bit, ...); "?" if out of range. */
const char *level_word(enum level l);
const char *channel_word(enum channel c);
const char *status_word(enum status s);
const char *role_word(enum role r);
const char *seen_word(enum seen s);
const char *subject_word(enum subject s);

#endif
