#include "server/hub/store/after.h"

static int write_thank_you(struct base *base, const struct write *w)
{
        bool open = w->thank_you.day != 0;
        sqlite3_stmt *s = statement_use(&base->all, open ? ST_THANK_YOU_PUT : ST_THANK_YOU_DROP);
        statement_int(s, ":person", w->thank_you.person);
        statement_int(s, ":associate", w->thank_you.associate);
        if (open)
                statement_int(s, ":day", w->thank_you.day);
        int rc = statement_run(s);
        if (rc != SQLITE_OK)
                return rc;
        s = statement_use(&base->all, ST_THANK_YOU_PRUNE);
        statement_int(s, ":before", w->thank_you.before);
        return statement_run(s);
}

static int write_practised(struct base *base, const struct write *w)
{
        sqlite3_stmt *s = statement_use(&base->all, ST_ASSOCIATE_PRACTISED);
        statement_int(s, ":associate", w->practised.associate);
        return statement_run(s);
}

int after_write(struct base *base, const struct write *w)
{
        return w->kind == WRITE_PRACTISED ? write_practised(base, w) : write_thank_you(base, w);
}
