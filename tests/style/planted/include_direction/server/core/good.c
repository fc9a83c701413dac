#include "server/rulebook/view.h"
