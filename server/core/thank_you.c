/* "Say thanks": what an associate wants to remember of a visit when it is done, until the customer is here
 * again [P105]. It lives on disk and on the card only, as a word of its standing: no list, no timer, no
 * sound.
 *
 *   Done, "say thanks" chosen --> OPEN --her card comes again, from the next day to thanks_days after--> said
 * on it any Done without it, "stop", thanks_days over ---------------------------------------------------->
 * none
 */
#include "server/core/after.h"

#include <stdio.h>
#include <string.h>

static struct write *write_of(struct hub *hub, struct pending *p, uint32_t person, uint32_t associate)
{
        struct write *w = pending_write(p, WRITE_THANK_YOU);
        w->thank_you.person = person;
        w->thank_you.associate = associate;
        w->thank_you.before = hub->event->day - hub->set.thanks_days;
        return w;
}

/* Hers by the customer's own choice, noticed surely, and met: nobody else is offered to remember anything. */
static bool may_remember(const struct live_visit_row *row, uint32_t who)
{
        return row->client_of == who && row->evidence == CLIENT_CHOSEN && row->seen != VISIT_MAY_BE &&
               row->met;
}

void thank_you_done(struct hub *hub, struct pending *p, uint32_t associate)
{
        uint32_t who = hub->associates[associate].row.id;
        if (!may_remember(&p->row, who))
                return;
        bool wants = p->message.done.thank && hub->set.thanks_days > 0;
        write_of(hub, p, p->row.person, who)->thank_you.day = wants ? p->row.day : 0;
}

void thank_you_stop(struct hub *hub, struct pending *p)
{
        write_of(hub, p, p->facts.person, 0);
}

void thank_you_say(const struct hub *hub, const struct dossier *d, uint32_t associate, store_day today,
        char *standing, size_t room)
{
        for (uint32_t i = 0; i < d->person.n_thanks && i < THANKS_MOST; i++) {
                int64_t ago = (int64_t)today - d->person.thanks[i].day;
                if (d->person.thanks[i].associate != hub->associates[associate].row.id || ago < 1 ||
                        ago > hub->set.thanks_days)
                        continue;
                size_t len = strlen(standing);
                snprintf(standing + len, room - len, " · you want to say thanks");
                return;
        }
}
