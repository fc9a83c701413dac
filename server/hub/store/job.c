#include "server/hub/store/job.h"

#include <stdlib.h>
#include <string.h>

#include "server/hub/store/numbers.h"
#include "server/rulebook/render.h"

struct job *job_new(enum store_job_kind kind, uint64_t tag)
{
        struct job *job = calloc(1, sizeof *job);
        if (job == NULL)
                return NULL;
        job->kind = kind;
        job->answer = calloc(1, sizeof *job->answer);
        if (job->answer == NULL) {
                free(job);
                return NULL;
        }
        job->answer->kind = kind;
        job->answer->tag = tag;
        return job;
}

/* How many bytes a write borrows, rounded so that what follows them is aligned. */
static size_t borrowed_bytes(const struct write *w)
{
        size_t len = 0;
        if (w->kind == WRITE_DISCLOSURE && w->disclosure.card != NULL)
                len = CARD_FRAME_SIZE;
        else if (w->kind == WRITE_BOOK)
                len = w->book.text.len;
        else if (w->kind == WRITE_NOTICE)
                len = sizeof *w->notice;
        else if (w->kind == WRITE_HOUSE)
                len = sizeof *w->house;
        return (len + 15) & ~(size_t)15;
}

/* Takes along what the write borrows. */
static void take_along(struct write *w, char *to)
{
        if (w->kind == WRITE_DISCLOSURE) {
                memcpy(to, w->disclosure.card, CARD_FRAME_SIZE);
                w->disclosure.card = to;
        } else if (w->kind == WRITE_BOOK) {
                memcpy(to, w->book.text.at, w->book.text.len);
                w->book.text.at = to;
        } else if (w->kind == WRITE_NOTICE) {
                memcpy(to, w->notice, sizeof *w->notice);
                w->notice = (const struct notice_row *)(const void *)to;
        } else if (w->kind == WRITE_HOUSE) {
                memcpy(to, w->house, sizeof *w->house);
                w->house = (const struct house_row *)(const void *)to;
        }
}

struct job *job_commit(uint64_t tag, const struct write *writes, uint32_t n)
{
        struct job *job = job_new(STORE_COMMIT, tag);
        size_t rows = (n * sizeof *writes + 15) & ~(size_t)15, more = 0;
        if (job == NULL)
                return NULL;
        for (uint32_t i = 0; i < n; i++)
                more += borrowed_bytes(&writes[i]);
        char *copy = malloc(rows + more + 1);
        if (copy == NULL) {
                job_free(job);
                return NULL;
        }
        memcpy(copy, writes, n * sizeof *writes);
        job->commit.writes = (struct write *)(void *)copy;
        job->commit.n = n;
        for (uint32_t i = 0; i < n; i++) {
                size_t len = borrowed_bytes(&writes[i]);
                if (len == 0)
                        continue;
                take_along(&job->commit.writes[i], copy + rows);
                rows += len;
        }
        return job;
}

void job_free(struct job *job)
{
        if (job == NULL)
                return;
        switch (job->kind) {
        case STORE_COMMIT:
                free(job->commit.writes);
                break;
        case STORE_IMPORT:
                import_batch_free(job->import.batch);
                break;
        case STORE_BACKUP:
                free(job->backup.path);
                break;
        case STORE_HOUSE:
                free(job->house);
                break;
        case STORE_NUMBERS:
                numbers_abandon(job->numbers.run);
                break;
        case STORE_LOAD:
        case STORE_ROSTER:
        case STORE_RECEIPTS:
        case STORE_REPORT:
        case STORE_SURVEY:
        case STORE_BOOKS:
                break;
        }
        store_answer_free(job->answer);
        free(job);
}
