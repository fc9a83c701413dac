/* The command line and the configuration file of the agent. */
#ifndef AGENT_OPTIONS_H
#define AGENT_OPTIONS_H

#include "config/config.h"

#define EXIT_NOT_PAIRED 10
#define EXIT_REFUSED    11
#define EXIT_AP         12
#define EXIT_UPLINK     13
#define EXIT_USAGE      64
#define EXIT_CONFIG     78

enum verb { VERB_WATCH, VERB_PAIR, VERB_REPLAY };

struct options {
        enum verb verb;
        const char *code, *hub;    /* pair */
        const char *replay, *tags; /* replay */
        struct config config;
};

/* Reads both; says what is wrong and ends the program if something is, or if it was only asked for help, its
 * version or its configuration. */
void options_read(int argc, char **argv, struct options *out);

#endif
