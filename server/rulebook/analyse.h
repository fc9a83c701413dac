/* What a rulebook does, found exactly by going through every cell of purchases and of the card's fields:
 * rules without effect, guards, conflicts, levels that mark a line, the difference between two versions, and
 * what lies above a ceiling. Pure; nothing here looks at customers.
 *
 * The words follow privacy.md 3.3: W1 never matches, W2 never decides (a dead show, a covered limit, a
 * guard), W3 conflict, W4 widening, W6 marker; E1 and E2 are analyse_above() of head office's book and of a
 * notice's. What needs real lines (W5, W7) is built on these by whoever has them; E3, an empty box, is
 * refused by the parser. */
#ifndef RULEBOOK_ANALYSE_H
#define RULEBOOK_ANALYSE_H

#include "server/rulebook/partition.h"

#define ANALYSE_CELLS_MAX UINT64_C(4000000)
#define FINDINGS_MAX      256
#define CHANGES_MAX       32
#define AREA_TEXT_MAX     400

enum finding_kind {
        FINDING_NEVER_MATCHES, /* W1: no line and no field can ever match the rule */
        FINDING_DEAD,          /* W2: a show that changes nothing: `rules` show as much or hold it back */
        FINDING_COVERED,       /* W2: a limit that changes nothing, because `rules` hold back as much */
        FINDING_GUARD,         /* W2: a limit that changes nothing today, because nothing shows those lines */
        FINDING_CONFLICT,      /* W3: `rule` shows what `other` holds back to less */
        FINDING_MARKER         /* W6: `rule` leaves a line visible, and its lower level gives `axis` away */
};

struct finding {
        enum finding_kind kind;
        int rule, other;   /* indexes into the book; other = -1 unless CONFLICT */
        enum axis axis;    /* MARKER only */
        bool grave;        /* MARKER of a sensitive class or a gift: say never instead */
        enum level level;  /* CONFLICT, MARKER: what is left visible */
        enum level beside; /* MARKER: what the line beside it shows */
        uint64_t rules;    /* DEAD, COVERED: the others that matter */
        uint64_t cells;    /* how many cells it was found in */
};

struct findings {
        uint64_t cells, raw; /* how many cells were looked at, and how many there are before merging */
        uint32_t n, left_out;
        struct finding list[FINDINGS_MAX]; /* by kind, then by rule */
};

/* 0; 1: the book has more than ANALYSE_CELLS_MAX cells (findings->cells says how many) and is not analysed;
 * -1: out of memory. Takes about a second a million cells. */
int analyse_book(const struct rulebook *book, struct findings *findings);

/* A box of cells that change alike, in words. */
struct area {
        enum level from, to;
        bool may_say_from, may_say_to;
        uint64_t cells;
        char text[AREA_TEXT_MAX]; /* "preferred, not seller; online; price >= 1000", "field name; sensed" */
};

struct change {
        uint64_t cells; /* of purchases; those of the fields are always FIELD_CELLS more */
        /* Of purchases and fields. Seen at a higher level or to be said where it was not is wider, even if
         * the other of the two is less. */
        uint64_t wider, narrower;
        uint32_t n_wider, n_narrower; /* areas listed; there may be more cells than they hold */
        struct area wider_areas[CHANGES_MAX], narrower_areas[CHANGES_MAX];
};

/* How `to` differs from `from`. Publishing is narrowing if wider is 0. Returns as analyse_book(). */
int analyse_change(const struct rulebook *from, const struct rulebook *to, struct change *change);

/* Where `book` shows more than `ceiling`, or lets it be said where the ceiling does not: as a change from the
 * lower of both (what is seen under the ceiling) to the book alone. wider is 0 if the book is under it;
 * narrower is always 0. Returns as analyse_book(). */
int analyse_above(const struct rulebook *book, const struct rulebook *ceiling, struct change *above);

/* The shortest explanation of a verdict that rulebook_judge_line() or _field() gave: the show and the limit
 * that alone give the same level; -1 where none is needed. Without either nothing shows the line. */
struct citation {
        int show, limit;
        bool held; /* by the notice: its level is lower, or it does not let it be said */
        int promised_show, promised_limit; /* of the ceiling, where it lowers the level; else -1 */
};
struct citation rulebook_cite(const struct rulebook *book, const struct verdict *verdict);
/* The same under a ceiling: what is cited of the book alone, held under what is cited of the ceiling alone,
 * gives the same level. A limit of the book that the notice makes needless is not cited. */
struct citation rulebook_cite_under(const struct rulebook *book, const struct verdict *verdict,
        const struct rulebook *ceiling, const struct verdict *promised);

#endif
