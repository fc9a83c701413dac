#include "server/hub/store/sense.h"

/* What one row says for itself; 0 = nothing. */
static int sense_of_one(const struct write *w)
{
        switch (w->kind) {
        case WRITE_CONSENT:
                return w->consent.row.state == CONSENT_GIVEN ? 0 : SENSE_TAKES_BACK;
        case WRITE_LINE_CHOICE:
                return w->line_choice.choice == CHOICE_HIDE ? SENSE_TAKES_BACK : 0;
        case WRITE_VISIT:
                return w->visit.state == VISIT_ENDED ? SENSE_TAKES_BACK : 0;
        case WRITE_MANAGER: /* tries, right and wrong: a manager is needed most when something is full */
        case WRITE_PIN:
        case WRITE_SIGN_IN:
        case WRITE_SIGN_TRIES:
        case WRITE_SIGN_LIFE:
        case WRITE_SESSION_SEEN:
        case WRITE_DISCLOSURE:
        case WRITE_CLEARED:
        case WRITE_REMEMBER:
        case WRITE_FIRST_STEP:
        case WRITE_KEEP:
                return SENSE_RECORDS;
        case WRITE_WALKIN: /* the test itself is to be refused as an arrival would be */
                return w->walkin.over ? SENSE_RECORDS : 0;
        case WRITE_DEVICES:
                return w->devices.silent || w->devices.gone ? SENSE_TAKES_BACK : 0;
        case WRITE_THANK_YOU:
                return w->thank_you.day ? 0 : SENSE_TAKES_BACK;
        case WRITE_LOOKS:
                return w->looks.hours ? SENSE_TAKES_BACK : 0;
        case WRITE_NOTES_GONE:
        case WRITE_MANAGER_GONE:
        case WRITE_PIN_GONE:
        case WRITE_SIGN_OUT:
        case WRITE_SESSION_END:
                return SENSE_TAKES_BACK; /* whoever signs out, or is put out, must be out */
        case WRITE_SENSOR:               /* an agent that is taken back */
                return w->sensor.paired || w->sensor.code_until ? 0 : SENSE_TAKES_BACK;
        case WRITE_RECEIPT: /* goes with its consent events, whatever they say */
        case WRITE_NOTICE:
        case WRITE_HOUSE:
        case WRITE_DEVICE:
        case WRITE_CLAIMED:
        case WRITE_GUEST:
        case WRITE_ENROL:
        case WRITE_SESSION:
        case WRITE_LINK:
        case WRITE_LINK_USED:
        case WRITE_PREFERRED:
        case WRITE_OFFER:
        case WRITE_THANKS:
        case WRITE_REQUEST:
        case WRITE_RENEWAL:
        case WRITE_SHIFT:
        case WRITE_PRACTISED:
        case WRITE_NOTE:
                return 0;
        case WRITE_STREAM: /* what is on a screen under older rules must not stay there for want of room */
                return w->stream.anew ? SENSE_TAKES_BACK : 0;
        case WRITE_BOOK: /* rules that show nobody more */
                return w->book.row.state == BOOK_LIVE && w->book.row.wider == 0 ? SENSE_TAKES_BACK : 0;
        }
        return 0;
}

/* A new handheld, also if others end with it: there is nothing in that to be done on a full disk. */
static bool pairs(const struct write *w)
{
        return w->kind == WRITE_SESSION && w->session.row.kind == SESSION_HANDHELD;
}

/* A card that goes from one screen and comes to no other. */
static bool card_goes(const struct write *writes, uint32_t n)
{
        bool goes = false;
        for (uint32_t i = 0; i < n; i++) {
                if (writes[i].kind == WRITE_STREAM && writes[i].stream.row.kind == STREAM_CARD)
                        return false;
                goes |= writes[i].kind == WRITE_STREAM && writes[i].stream.row.kind == STREAM_RETRACT;
        }
        return goes;
}

/* Something was asked under a key, and there was nothing to do: all that is kept is that it was asked. */
static bool only_asked(const struct write *writes, uint32_t n)
{
        for (uint32_t i = 0; i < n; i++)
                if (writes[i].kind != WRITE_REQUEST)
                        return false;
        return n > 0;
}

enum sense sense_of(const struct write *writes, uint32_t n)
{
        int most = only_asked(writes, n) ? SENSE_RECORDS : SENSE_ADDS;
        for (uint32_t i = 0; i < n; i++) {
                if (writes[i].kind == WRITE_GUEST || writes[i].kind == WRITE_ENROL || pairs(&writes[i]))
                        return SENSE_ADDS;
                int one = sense_of_one(&writes[i]);
                most = one > most ? one : most;
        }
        return card_goes(writes, n) ? SENSE_TAKES_BACK : (enum sense)most;
}

bool sense_can_wait(const struct write *writes, uint32_t n)
{
        return sense_of(writes, n) == SENSE_RECORDS && !only_asked(writes, n);
}
