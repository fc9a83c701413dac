#include "server/hub/store/job.h"

#include <stdlib.h>
#include <string.h>

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

static uint32_t count_cards(const struct write *writes, uint32_t n)
{
        uint32_t cards = 0;
        for (uint32_t i = 0; i < n; i++)
                cards += writes[i].kind == WRITE_DISCLOSURE && writes[i].disclosure.card != NULL;
        return cards;
}

struct job *job_commit(uint64_t tag, const struct write *writes, uint32_t n)
{
        struct job *job = job_new(STORE_COMMIT, tag);
        size_t rows = n * sizeof *writes;
        if (job == NULL)
                return NULL;
        char *copy = malloc(rows + (size_t)count_cards(writes, n) * CARD_FRAME_SIZE + 1);
        if (copy == NULL) {
                job_free(job);
                return NULL;
        }
        memcpy(copy, writes, rows);
        job->commit.writes = (struct write *)(void *)copy;
        job->commit.n = n;
        char *card = copy + rows;
        for (uint32_t i = 0; i < n; i++) {
                struct write *w = &job->commit.writes[i];
                if (w->kind != WRITE_DISCLOSURE || w->disclosure.card == NULL)
                        continue;
                memcpy(card, w->disclosure.card, CARD_FRAME_SIZE);
                w->disclosure.card = card;
                card += CARD_FRAME_SIZE;
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
        case STORE_LOAD:
        case STORE_ROSTER:
        case STORE_REPORT:
        case STORE_SURVEY:
                break;
        }
        store_answer_free(job->answer);
        free(job);
}
