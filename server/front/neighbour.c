#include "server/front/neighbour.h"

#include "proto/agent.h"
#include "server/common/ids.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define COMPLETE 0x2u /* ATF_COM: the address is known, not only asked for */

/* "IP address  HW type  Flags  HW address  Mask  Device", the first line is the heading. */
static int line_is(const char *line, const char *address, uint8_t out[NEIGHBOUR_BYTES])
{
        char ip[64], hardware[32] = "";
        unsigned type, flags;
        bool theirs = sscanf(line, "%63s 0x%x 0x%x %31s", ip, &type, &flags, hardware) == 4 &&
                      strcmp(ip, address) == 0 && (flags & COMPLETE);
        int rc = theirs ? agent_mac_parse(slice_of(hardware), out) : 1;
        ids_wipe(hardware, sizeof hardware);
        return rc;
}

int neighbour_find(const char *table, const char *address, uint8_t out[NEIGHBOUR_BYTES])
{
        char line[256] = "", read_ahead[4096]; /* ours, so that nobody else's address stays in it */
        int found = 1;
        FILE *file = fopen(table, "re");
        if (file)
                setvbuf(file, read_ahead, _IOFBF, sizeof read_ahead);
        while (file && found != 0 && fgets(line, sizeof line, file))
                found = line_is(line, address, out);
        if (file)
                fclose(file);
        ids_wipe(line, sizeof line);
        ids_wipe(read_ahead, sizeof read_ahead);
        return found;
}

int neighbour_of_socket(int fd, uint8_t out[NEIGHBOUR_BYTES])
{
        struct sockaddr_storage peer;
        socklen_t len = sizeof peer;
        char text[INET6_ADDRSTRLEN];
        if (getpeername(fd, (struct sockaddr *)&peer, &len) != 0)
                return 1;
        const void *v4 = peer.ss_family == AF_INET ? &((struct sockaddr_in *)&peer)->sin_addr : NULL;
        if (peer.ss_family == AF_INET6) {
                const struct in6_addr *v6 = &((struct sockaddr_in6 *)&peer)->sin6_addr;
                v4 = IN6_IS_ADDR_V4MAPPED(v6) ? v6->s6_addr + 12 : NULL;
        }
        if (!v4 || !inet_ntop(AF_INET, v4, text, sizeof text))
                return 1;
        return neighbour_find(NEIGHBOUR_TABLE, text, out);
}
