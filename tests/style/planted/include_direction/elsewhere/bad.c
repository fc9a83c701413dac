#include "proto/base.h"
