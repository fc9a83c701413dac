/* Rows on their way into the database, as the store gets them: the types, the table of fields and the packed
 * form are shared with maitrectl and live in proto. The store fills outcome, reason, counts and
 * unmapped_classes. */
#ifndef HUB_IMPORT_H
#define HUB_IMPORT_H

#include "proto/import.h"

#endif
