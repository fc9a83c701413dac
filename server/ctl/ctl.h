/* maitrectl, the operator's command line: a table of commands over one connection to the hub. */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdio.h>

#include "proto/base.h"

/* What maitrectl exits with; the manual page lists them. */
enum ctl_exit {
        CTL_OK = 0,
        CTL_REFUSED = 1,       /* the hub said no, or some lines were rejected */
        CTL_USAGE = 2,         /* the command line is wrong */
        CTL_DATA = 65,         /* a file is not what it should be */
        CTL_NO_INPUT = 66,     /* a file cannot be read */
        CTL_UNREACHABLE = 69,  /* no hub listens at the socket, or it went away */
        CTL_CANNOT_WRITE = 73, /* a file cannot be written */
        CTL_LATER = 75         /* the hub could not take it now; the same command may be given again */
};

/* What holds for every command. */
struct ctl {
        const char *socket; /* path of the hub's control socket */
        wall_ms now;        /* "today": --now, else the machine's time */
        bool now_given;
        bool json;   /* raw JSON instead of text */
        bool colour; /* standard output is a terminal that shows colours */
};

struct command {
        const char *name;
        int (*run)(
                struct ctl *ctl, int argc, char **argv); /* argv[0] is the command's name; an enum ctl_exit */
        const char *brief;                               /* one line for the list */
        const char *help;                                /* usage and options, lines ending in \n */
};

/* NULL if there is none of that name. */
const struct command *ctl_find(const char *name);
/* Prints "maitrectl: ..." on standard error; returns `code`. */
int ctl_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A fault of the command line: the sentence, and where help is. CTL_USAGE. */
int ctl_usage(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

int ctl_first(struct ctl *ctl, int argc, char **argv);
int ctl_import(struct ctl *ctl, int argc, char **argv);
int ctl_link(struct ctl *ctl, int argc, char **argv);
int ctl_token(struct ctl *ctl, int argc, char **argv);
int ctl_device(struct ctl *ctl, int argc, char **argv);
/* `link agent NAME`: prints the code and the proof that an agent is paired with. */
int ctl_pair_agent(struct ctl *ctl, const char *name);
int ctl_explain(struct ctl *ctl, int argc, char **argv);
int ctl_preview(struct ctl *ctl, int argc, char **argv);
int ctl_manager(struct ctl *ctl, int argc, char **argv);
int ctl_customer(struct ctl *ctl, int argc, char **argv);
int ctl_session(struct ctl *ctl, int argc, char **argv);
int ctl_agent(struct ctl *ctl, int argc, char **argv);
int ctl_notice(struct ctl *ctl, int argc, char **argv);
int ctl_house(struct ctl *ctl, int argc, char **argv);
int ctl_sign(struct ctl *ctl, int argc, char **argv);
int ctl_record(struct ctl *ctl, int argc, char **argv);
int ctl_walkin(struct ctl *ctl, int argc, char **argv);
int ctl_receipt(struct ctl *ctl, int argc, char **argv);
int ctl_shown(struct ctl *ctl, int argc, char **argv);
int ctl_rules(struct ctl *ctl, int argc, char **argv);
int ctl_status(struct ctl *ctl, int argc, char **argv);
int ctl_metrics(struct ctl *ctl, int argc, char **argv);
int ctl_canary(struct ctl *ctl, int argc, char **argv);
int ctl_backup(struct ctl *ctl, int argc, char **argv);
int ctl_demo(struct ctl *ctl, int argc, char **argv);
int ctl_help(struct ctl *ctl, int argc, char **argv);

#endif
