/* Replays a recording of an access point's events and prints what the hub would have been told: for studying
 * a report from the field without a hub or a radio. */
#ifndef AGENT_REPLAY_H
#define AGENT_REPLAY_H

/* Lines of `file`: "SECONDS EVENT" (an "EVENT " before it and a ":" behind the seconds do not matter); others
 * are skipped and counted. `tags` names who is enrolled, one "KIND ID" a line (k NAME, u IDENTITY, m
 * ADDRESS), with slots from 0 in that order. 0, or an exit code after a sentence on standard error. */
int replay_run(const char *file, const char *tags);

#endif
