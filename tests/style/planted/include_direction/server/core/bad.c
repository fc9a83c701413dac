#include "server/hub/loop.h"
