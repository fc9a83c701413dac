#include "server/hub/store/store.h"
