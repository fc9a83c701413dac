/* What the lab's long ops read: pages of the store's survey, one being filled while the one before it is
 * worked on. lab_source_open() and lab_source_close() of server/hub/lab.h are here. */
#ifndef HUB_LAB_COMPARE_H
#define HUB_LAB_COMPARE_H

#include "server/hub/store/survey.h"
#include "server/lab/source.h"

/* As lab_source_open(), reading as of `now`: what the demo and tests call today. */
struct lab_source *lab_compare_source(struct store *store, wall_ms now);
void lab_compare_source_close(struct lab_source *source);

#endif
