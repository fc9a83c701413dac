#include "server/rulebook/purchase.h"
