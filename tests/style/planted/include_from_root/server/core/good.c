#include "server/core/good.h"
