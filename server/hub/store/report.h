/* What the operator asks of the database: why an associate is hers, and how the database is doing. */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "server/hub/store/base.h"

/* What REPORT_PREFERRED_ALL has counted so far: it walks over everybody, so it is made in slices. */
struct report_all {
        int64_t after; /* the last person counted */
        int64_t people, ties;
        int64_t by[5]; /* enum decided */
};
/* Goes on until the slice is over. 1 = more to do; 0 = *text is the JSON; -1 with *rc = an
 * SQLite code. */
int report_all_step(struct base *base, struct report_all *all, wall_ms now, const struct base_slice *slice,
        char **text, int *rc);

/* The reports that are made at once: JSON, to be freed with free(); NULL with *rc = an SQLite code when the
 * database could not be read.
 *
 * REPORT_PREFERRED, subject = a customer's external id (decision 12):
 *   {"customer","known":true,"enrolled":false,"chosen":ID|null,"preferred":ID|null,"decided_by":WORD,"tied":N,
 *    "candidates":[{"associate","name","store","lines","latest_ms"}, ...best first, at most 20]}
 *   `chosen` is her own choice, `preferred` what follows; WORD: "her choice", "lines", "latest sale", "lowest
 * id", "nobody". `tied` = how many candidates have as many lines as the first, if that is more than one, else
 * 0. An unknown customer: {"customer","known":false}. REPORT_PREFERRED_ALL:
 * {"people","her_choice","lines","latest_sale","lowest_id","nobody","ties"}; `ties` counts people whose first
 * two candidates have the same number of lines, her_choice or not. REPORT_STATUS:
 * {"schema","sqlite","durability","pages","page_bytes","free_pages","bytes","log_bytes","keys_bytes", "known"
 * (people that imports named),"customers" (of all, who joined),"guests","lines" (ever met),
 *   "stores","associates","products","classes","unmapped_classes","consent_events","visits","visits_open","disclosures",
 *   "starts","imports":[{"kind","at_ms","rows","new","updated","same","no_customer","not_kept","rejected"}]}
 */
char *report_text(struct base *base, enum store_report what, const char *subject, wall_ms now, int *rc);

#endif
