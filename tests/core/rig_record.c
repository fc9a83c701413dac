/* What the rig's small store keeps of a customer's record: offers, looks, answers, receipts. */
#include "tests/core/rig.h"

#include <assert.h>
#include <string.h>

static void apply_thanks(struct rig *r, const struct write *w)
{
        for (uint32_t i = 0; i < RIG_PEOPLE; i++)
                if (memcmp(&r->people[i].last.id, &w->thanks.visit, sizeof(w->thanks.visit)) == 0)
                        r->people[i].last.thanked = true;
}

static void apply_receipt(struct rig *r, const struct receipt_row *row)
{
        r->receipt = *row;
        r->receipts++;
        struct rig_person *p = rig_person_of(r, row->person);
        p->receipts = p->receipts_day == row->day ? p->receipts + 1 : 1;
        p->receipts_day = row->day;
}

static void apply_disclosure(struct rig *r, const struct write *w)
{
        r->disclosures += memcmp(&r->last_disclosure.disclosure.id, &w->disclosure.id, 16) != 0;
        r->last_disclosure = *w;
        if (w->disclosure.notes)
                rig_person_of(r, w->disclosure.person)->note_shown = w->disclosure.at;
}

/* As the store: an answer finds the row of its offer. */
static void apply_offer(struct rig *r, const struct write *w)
{
        uint32_t i = 0;
        while (i < r->offers && memcmp(&r->offer_ids[i], &w->offer.id, sizeof(w->offer.id)) != 0)
                i++;
        assert(i < RIG_OFFERS);
        r->offer_replies[i] = w->offer.reply;
        if (i < r->offers)
                return;
        assert(w->offer.answered == 0); /* whoever answers has been asked */
        r->offers++;
        r->offer_ids[i] = w->offer.id;
        r->offer_rungs[i] = w->offer.rung;
        r->offer_rows[i] = (struct offer_row){w->offer.associate, w->offer.offered};
}

void rig_apply_record(struct rig *r, const struct write *w)
{
        if (w->kind == WRITE_OFFER)
                apply_offer(r, w);
        if (w->kind == WRITE_RECEIPT)
                apply_receipt(r, &w->receipt);
        if (w->kind == WRITE_DISCLOSURE)
                apply_disclosure(r, w);
        if (w->kind == WRITE_CLEARED)
                r->cleared++;
        if (w->kind == WRITE_THANKS)
                apply_thanks(r, w);
}
