#include "server/core/dossier.h"

#include <string.h>

/* The struct's own strings must end inside their arrays. */
static bool ends(const char *text, size_t room)
{
        return memchr(text, 0, room) != NULL;
}

/* [at, at + bytes) lies behind the struct and inside the blob; computed in 64 bits, so nothing wraps. */
static bool inside(const struct dossier *d, uint32_t at, uint64_t bytes)
{
        return at >= sizeof *d && (uint64_t)at + bytes <= d->size_bytes;
}

static bool pooled_ok(const struct dossier *d, pooled p)
{
        return p < d->pool_size;
}

static bool line_ok(const struct dossier *d, const struct purchase *line)
{
        return pooled_ok(d, line->kind) && pooled_ok(d, line->brand) && pooled_ok(d, line->item) &&
               pooled_ok(d, line->colour) && pooled_ok(d, line->size) && pooled_ok(d, line->department) &&
               pooled_ok(d, line->store_name) && line->age_days >= 0 && line->age_months >= 0 &&
               line->department_index < DEPARTMENT_COUNT && line->channel < CHANNEL_COUNT &&
               line->status < STATUS_COUNT && line->choice <= CHOICE_TALK && line->gift <= 1 &&
               line->sensitive <= 1 && line->month >= 1 && line->month <= 12;
}

/* A byte that is neither 0 nor 1 must not be read as a bool at all. */
static bool bool_ok(const bool *b)
{
        return *(const unsigned char *)b <= 1;
}

static bool flags_ok(const struct dossier *d)
{
        for (uint32_t i = 0; i < d->n_consents; i++)
                if (!bool_ok(&d->consents[i].gpc))
                        return false;
        return bool_ok(&d->own_key.known) && bool_ok(&d->link.used) && bool_ok(&d->request.has_made) &&
               bool_ok(&d->person.enrolled) && bool_ok(&d->person.greet) && bool_ok(&d->person.minor) &&
               bool_ok(&d->last.known) && bool_ok(&d->last.thanked);
}

static bool parts_ok(const struct dossier *d)
{
        if (d->n_consents > CONSENT_ROWS_MAX || d->n_evidence > EVIDENCE_MAX || d->n_sales > SALES_MAX ||
                d->person.n_thanks > THANKS_MOST || d->n_notes > NOTES_MAX || d->n_lines > DOSSIER_LINES_MAX)
                return false;
        if (!inside(d, d->lines_at, (uint64_t)d->n_lines * sizeof(struct purchase)) ||
                d->lines_at % _Alignof(struct purchase) != 0)
                return false;
        if (d->n_sessions > SESSIONS_LISTED_MAX ||
                (d->n_sessions > 0 && (!inside(d, d->sessions_at,
                                               (uint64_t)d->n_sessions * sizeof(struct session_listed)) ||
                                              d->sessions_at % _Alignof(struct session_listed) != 0)))
                return false;
        return d->pool_size > 0 && inside(d, d->pool_at, d->pool_size);
}

bool dossier_valid(const struct dossier *d, size_t size)
{
        if (d == NULL || size < sizeof *d || d->size_bytes != size || !parts_ok(d) || !flags_ok(d))
                return false;
        const char *pool = (const char *)d + d->pool_at;
        /* With a zero at both ends every offset inside the pool is a string that ends inside it. */
        if (pool[0] != 0 || pool[d->pool_size - 1] != 0)
                return false;
        if (!ends(d->person.first, sizeof d->person.first) || !ends(d->person.last, sizeof d->person.last) ||
                !ends(d->person.language, sizeof d->person.language) ||
                !ends(d->currency, sizeof d->currency) || !pooled_ok(d, d->link.item))
                return false;
        for (uint32_t i = 0; i < d->n_notes; i++)
                if (!pooled_ok(d, d->notes[i].text))
                        return false;
        for (uint32_t i = 0; i < d->n_sales; i++)
                if (!pooled_ok(d, d->sales[i].item))
                        return false;
        const struct purchase *lines = dossier_lines(d);
        for (uint32_t i = 0; i < d->n_lines; i++)
                if (!line_ok(d, &lines[i]))
                        return false;
        const struct session_listed *sessions = dossier_sessions(d);
        for (uint32_t i = 0; i < d->n_sessions; i++)
                if (!bool_ok(&sessions[i].keyed) || !ends(sessions[i].label, sizeof sessions[i].label))
                        return false;
        return true;
}

const struct session_listed *dossier_sessions(const struct dossier *d)
{
        return (const struct session_listed *)(const void *)((const char *)d + d->sessions_at);
}

const struct purchase *dossier_lines(const struct dossier *d)
{
        return (const struct purchase *)(const void *)((const char *)d + d->lines_at);
}

const char *dossier_text(const struct dossier *d, pooled p)
{
        return pooled_ok(d, p) ? (const char *)d + d->pool_at + p : "";
}
