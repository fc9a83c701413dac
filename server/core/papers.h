/* What a store has to hang up and to keep in a drawer, made of the settings that are in force: the text of
 * the sign at the door in each language [P152], and the record of processing [P153]. Both are told, never
 * kept, so they cannot fall behind what the hub does. Pure.
 *
 *   settings, house rules, notice, sensors --papers_facts()--> facts --paper_sign()----> lines to print
 *                                                                    --paper_record()--> activities, house
 * rules
 *
 * The record is in English: it is for whoever answers for the store, and for an authority; the house rules
 * stand in it by the sentences of house.def, whatever rules there are. */
#ifndef CORE_PAPERS_H
#define CORE_PAPERS_H

#include "proto/json.h"
#include "server/core/hub.h"

#define PAPER_LANGUAGES 3
#define PAPER_LINE_MAX  1400 /* bytes of one line, with NUL: every name as long as it may be fits */

/* Of each sign there is one line of every kind, in this order. */
enum paper_line {
        PAPER_WHO, /* the controller, and how to reach it */
        PAPER_PURPOSE,
        PAPER_SENSORS, /* what notices phones */
        PAPER_HOURS,
        PAPER_USED, /* of what she bought */
        PAPER_AGE,
        PAPER_RIGHTS,
        PAPER_NO_PHONE, /* how to say no without one */
        PAPER_NOTICE,   /* where all of it stands */
        PAPER_LINES
};

/* Texts are borrowed, none is NULL. */
struct paper_facts {
        const struct hub_settings *set;
        const struct house *house;
        const char *store, *controller; /* names */
        const char *policy;             /* where the notice can be read */
        const char *notice;             /* name of the newest; "": there is none */
        uint32_t notice_version;
        bool sensors; /* the Wi-Fi has an agent, and the house rules let it say that somebody has come */
};

/* "en", "sv", "fr", the first is what a reader of none of them gets. */
const char *paper_language(uint32_t nth);
/* "controller", ...: what the line is about. */
const char *paper_line_word(enum paper_line line);
const char *paper_title(uint32_t nth);
void paper_sign(
        const struct paper_facts *facts, uint32_t nth, enum paper_line line, char out[PAPER_LINE_MAX]);
/* The members of the record into an object that is open. */
void paper_record(const struct paper_facts *facts, struct json_out *j);

/* ---- inside the core ---- */
struct pending;
void papers_facts(const struct hub *hub, struct paper_facts *out);
void papers_sign_text(struct hub *, struct pending *);
void papers_record(struct hub *, struct pending *);

#endif
