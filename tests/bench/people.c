#include "tests/bench/people.h"

#include <string.h>

#include "server/common/ids.h"

struct secret people_token(enum people_face face, uint32_t number)
{
        uint32_t name[3] = {0x62656e63, face, number};
        struct digest digest = ids_digest_of(name, sizeof name);
        struct secret token;
        memcpy(token.b, digest.b, sizeof token.b);
        return token;
}

uint32_t people_handhelds(uint32_t group)
{
        static const uint32_t handhelds[PEOPLE_GROUPS] = {100, 1000, 10000};
        return handhelds[group];
}

uint32_t people_group(uint32_t handhelds)
{
        uint32_t group = PEOPLE_GROUPS - 1;
        while (group > 0 && people_handhelds(group) > handhelds)
                group--;
        return group;
}

uint32_t people_associate(uint32_t person)
{
        return person % people_handhelds(person / PEOPLE_GROUP);
}
