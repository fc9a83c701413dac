#include "server/front/net.h"
