/* What the core asks the store to make durable: small typed rows; one COMMIT effect is one atomic group. The
 * store seals what is personal (names, hints, wishes, cards) under the person's key. */
#ifndef CORE_WRITE_H
#define CORE_WRITE_H

#include "server/core/receipt.h"
#include "server/rulebook/view.h"

/*  visit:  OPEN ---stop/leaving/closing/done--> ENDED   (also from PAUSED)
 *           | ^
 *           v | noticed again, no second alert
 *         PAUSED   only where a sensor noticed her: nobody holds her phone any more; no screen has her card
 *
 *  alert:  OFFERED ---> ACCEPTED ---> WITH_HER ---> DONE
 *           |   ^_________/______________/   busy, not_here, hand_over: on down the ladder (ladder.h)
 *           v
 *         NOBODY   nobody is left, or all time is over          any of these before DONE --stop--> CLEARED
 *
 * A visit has up to LADDER_PLACES places: who is offered it now. Invariant: one alert a visit, one place from
 * ACCEPTED on, no place after NOBODY, CLEARED and DONE. */
/* How surely she was noticed: the rulebook's two, and one that it never sees, because then nothing is shown.
 */
enum visit_seen { VISIT_CHECKED_IN, VISIT_SENSED, VISIT_MAY_BE };
enum visit_state { VISIT_OPEN = 1, VISIT_PAUSED, VISIT_ENDED };
enum alert_state {
        ALERT_OFFERED = 1,
        ALERT_ACCEPTED,
        ALERT_WITH_HER,
        ALERT_DONE,
        ALERT_NOBODY,
        ALERT_CLEARED
};
enum stream_kind { STREAM_CARD = 1, STREAM_RETRACT, STREAM_STATE };
/* Why somebody left a turn: recorded, never ranked. TAKEN: somebody else was faster. SILENT: her device was,
 * not she. */
enum reply {
        REPLY_NONE,
        REPLY_ACCEPT,
        REPLY_BUSY,
        REPLY_NOT_HERE,
        REPLY_HAND_OVER,
        REPLY_NO_ANSWER,
        REPLY_OFF_SHIFT, /* her shift ended, or a break began */
        REPLY_TAKEN,
        REPLY_SILENT
};
/* On what evidence somebody is her associate [P86]. */
enum client_evidence { CLIENT_NONE, CLIENT_CHOSEN, CLIENT_SERVED };

#define LINE_CHOICES_MAX 48

enum write_kind {
        WRITE_GUEST = 1, /* a new person without history, joined at the door */
        WRITE_ENROL,     /* a known person becomes a customer */
        WRITE_SESSION,
        WRITE_LINK,
        WRITE_LINK_USED,
        WRITE_CONSENT,
        WRITE_PREFERRED,
        WRITE_LINE_CHOICE,
        WRITE_VISIT, /* insert or replace by id */
        WRITE_STREAM,
        WRITE_OFFER,      /* one turn of somebody who was asked: offered, answered how, when */
        WRITE_DISCLOSURE, /* a card was rendered on a screen */
        WRITE_CLEARED,    /* a device confirmed a retract */
        WRITE_THANKS,
        WRITE_DEVICE,       /* insert, or replace by id; sealed under her key */
        WRITE_DEVICES,      /* of a person: silent on this day, speaking again, or taken back */
        WRITE_SENSOR,       /* insert, or replace by id */
        WRITE_CLAIMED,      /* an agent's newest claim was taken */
        WRITE_REQUEST,      /* the key of the request whose effect this group is; insert or replace */
        WRITE_RENEWAL,      /* a session or an unused link gets a new secret in place of its old one */
        WRITE_MANAGER,      /* a manager's account: insert, or replace by associate */
        WRITE_MANAGER_GONE, /* ... it is taken away */
        WRITE_SESSION_SEEN, /* a console's or handheld's session has been used */
        WRITE_PIN,          /* an associate's PIN and its tries: insert, or replace by associate */
        WRITE_PIN_GONE,     /* ... it is taken away */
        WRITE_SIGN_IN,      /* somebody is signed in at a handheld: its tries are forgotten */
        WRITE_SIGN_OUT,     /* nobody is there any more, or at no handheld where an associate was */
        WRITE_SIGN_TRIES,   /* wrong PINs at a handheld so far */
        WRITE_SIGN_LIFE,    /* a person has been there */
        WRITE_SESSION_END,  /* one device's session ends, or all of an associate's */
        WRITE_RECEIPT,      /* of the consent events of this group: the store makes its text and signs it */
        WRITE_NOTICE,       /* a new version of the notice */
        WRITE_SHIFT,        /* a shift or a break: insert, or replace; without an end it goes */
        WRITE_REMEMBER,     /* what is to be known after a start, in place of what was kept before */
        WRITE_PRACTISED,    /* an associate has done the practice arrivals */
        WRITE_THANK_YOU,    /* somebody wants to thank a customer; of two, the newest replaces the others */
        WRITE_NOTE,         /* an associate's note about a customer; of too many the oldest goes */
        WRITE_NOTES_GONE,   /* one of hers, or all, or whoever's are too old, are deleted */
        WRITE_HOUSE,        /* a new version of the house rules */
        WRITE_LOOKS,      /* how long a customer wants looks at her cards kept; what is older goes at once */
        WRITE_KEEP,       /* what is older than the house rules say goes, a few rows of each at a time */
        WRITE_FIRST_STEP, /* where the first run was left */
        WRITE_WALKIN,     /* a walk-in test: insert, or replace by its time; a morning's newest end stays */
        WRITE_BOOK        /* a version of the rulebook: a new one with its text, or a known one's new state */
};

struct write {
        enum write_kind kind;
        union {
                struct {
                        uint32_t person;
                        bool greet;
                        char language[9];
                } guest, enrol;
                struct {
                        struct digest token;
                        struct session_row row;
                        struct own_key own_key; /* a handheld's, if it has one */
                        char label[41];         /* the operator's name for a till; "" else */
                } session;
                struct {
                        struct digest secret;
                        struct link_row row; /* item is ignored */
                        wall_ms at; /* now. One unused link a line: a second is refused, unless the first
                                       had run out by `at`; then it is gone. 0 = none has run out */
                } link;
                struct {
                        struct digest secret;
                        wall_ms at;
                } link_used;
                struct {
                        struct uuid id;
                        uint32_t person;
                        struct consent_row row;
                        struct uuid visit;     /* zero unless the row's mode is MODE_VISIT */
                        uint8_t steps;         /* see receipt_steps() */
                        uint8_t method, actor; /* enum consent_method, enum consent_actor */
                        char language[9];      /* of the page that she saw */
                        struct uuid receipt;   /* zero = none */
                } consent;
                struct receipt_row receipt;
                struct {
                        uint32_t person, associate;
                        wall_ms at;
                } preferred;
                struct {
                        uint32_t person;
                        uint8_t choice; /* enum line_choice */
                        uint32_t n;     /* lines that look alike on a card are chosen together */
                        uint64_t line_refs[LINE_CHOICES_MAX];
                        wall_ms at;
                } line_choice;
                struct live_visit_row visit;
                struct {
                        struct stream_row row;
                        wall_ms at;
                        bool anew; /* a card that is out already, made again under other rules */
                } stream;
                struct {
                        struct uuid id, visit;
                        uint32_t associate;
                        wall_ms offered, answered; /* answered 0 = pending: the row is replaced later by id */
                        uint8_t reply;             /* enum reply */
                        uint8_t rung;              /* enum rung: on which she was asked */
                } offer;
                struct {
                        struct uuid id, visit;
                        uint32_t person, associate;
                        uint8_t relation; /* enum relation bits of the viewer that held for any shown line */
                        uint8_t seen, lines;
                        struct digest rulebook;
                        bool notes;       /* the card had what the associate wrote about her */
                        const char *card; /* CARD_FRAME_SIZE bytes; borrowed until the effects are consumed:
                                             the store copies */
                        wall_ms at;
                } disclosure;
                struct {
                        struct uuid visit;
                        uint32_t associate, card;
                        wall_ms at;
                } cleared;
                struct device_row device;
                struct {
                        uint32_t person;
                        store_day silent; /* 0 = speaking again */
                        store_day gone;   /* 0 = not taken back */
                } devices;
                struct sensor_row sensor;
                struct {
                        uint32_t sensor;
                        uint64_t boot, seq;
                } claimed;
                struct {
                        struct uuid visit;
                        uint8_t how, odd; /* 0 = not said, else 1.. in the order of proto/PROTOCOL.md */
                        wall_ms at;
                } thanks;
                struct {
                        struct request_key key;
                        struct request_row row;
                        wall_ms before; /* rows up to this time may go, a few with each write */
                        uint32_t most;  /* the asker's newest that stay */
                } request;
                struct shift_row shift; /* ends 0: there is none any more that begins then */
                struct manager_row manager;
                struct remembered remember;
                struct pin_row pin;
                struct {
                        struct digest token;
                        uint32_t associate; /* SIGN_IN: who. PIN_GONE: whose. SIGN_OUT: wherever she is, not
                                               the token */
                        wall_ms at;
                        uint8_t tries;
                        bool out;          /* SIGN_TRIES: whoever is signed in there is out */
                        bool nowhere_else; /* SIGN_IN: she is out at every other handheld */
                } sign;
                struct {
                        uint32_t associate;
                } practised;
                struct {
                        uint32_t person, associate; /* associate 0: whoever wants to */
                        store_day day;              /* 0: does not want to any more */
                        store_day before;           /* what is of an earlier day goes */
                } thank_you;
                uint8_t first_step;
                struct {
                        struct walkin_row row;
                        bool over; /* else it is the test itself, and refused as an arrival is */
                } walkin;
                struct {
                        wall_ms now;
                        int32_t presence_h, visits_days, mirror_months;
                } keep;
                struct {
                        uint32_t person;
                        int32_t hours; /* 0 = as long as the store keeps them */
                        wall_ms now;   /* 0: nothing goes with it, the clock is not believed [P166] */
                } looks;
                struct {
                        struct uuid id;
                        uint32_t person, author;
                        wall_ms at;
                        wall_ms before; /* whoever's, what was written before this goes */
                        uint32_t most;  /* hers that stay */
                        char text[NOTE_BYTES];
                } note;
                struct {
                        wall_ms before; /* 0, or whoever's were written before this, and the rest is unused */
                        uint32_t person;
                        bool all;
                        struct uuid id; /* unless all */
                } notes_gone;
                struct {
                        uint32_t associate;
                } manager_gone;
                struct {
                        struct digest token;
                        wall_ms at;
                } session_seen;
                struct {
                        uint32_t associate;  /* 0: the one of the token, which is no phone's */
                        bool consoles_only;  /* of an associate; else her handhelds, too, and the links that
                                                nobody has opened yet */
                        bool handhelds_only; /* ... or these alone, and no link */
                        struct digest token;
                } session_end;
                const struct notice_row
                        *notice;               /* borrowed until the effects are consumed: the store copies */
                const struct house_row *house; /* the same */
                struct {
                        bool link; /* else a session */
                        struct digest old, fresh;
                } renewal;
                struct {
                        struct book_row row;
                        struct slice text; /* borrowed until the effects are consumed: the store copies;
                                              empty: the version is known, and its state, base, wider,
                                              narrower, approved_by and published become the row's */
                } book;
        };
};

#define WRITES_MAX 24 /* in one group */

#endif
