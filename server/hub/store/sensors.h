/* The store's Wi-Fi on disk: phones that customers let it notice, sealed under their keys, and the agents of
 * the access points. */
#ifndef STORE_SENSORS_H
#define STORE_SENSORS_H

#include "server/hub/store/base.h"

/* One write of the kinds DEVICE, DEVICES, SENSOR, CLAIMED; SQLite's codes. */
int sensors_write(struct base *base, const struct write *w);
/* Fills the snapshot's devices, sensors and wifi_key; drops devices that nothing can name any more. SQLite's
 * codes. */
int sensors_read(struct base *base, store_day today, struct snapshot *out);

#endif
