/* The packed rows of an import, and the answer to them: there is one form only, so what unpacks packs to the
 * very same bytes. */
#include "proto/import.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

static uint8_t *packed, *answered;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        packed = malloc(IMPORT_PACKED_MAX);
        answered = malloc(IMPORT_ANSWER_MAX);
        MUST(packed && answered);
        return 0;
}

/* Gives every row an outcome, as the store would, and reads the answer as the client would. */
static void check_answer(struct import_batch *batch)
{
        struct import_answer answer;
        struct import_reject reject;
        uint32_t rejects = 0, met = 0;
        for (uint32_t i = 0; i < batch->n; i++) {
                batch->rows[i].outcome = (uint8_t)(batch->rows[i].line % IMPORT_OUTCOMES);
                batch->counts[batch->rows[i].outcome]++;
                memcpy(batch->rows[i].reason, "no", 3);
                rejects += batch->rows[i].outcome == IMPORT_REJECTED;
        }
        size_t len = import_answer_pack(batch, answered);
        MUST(len <= IMPORT_ANSWER_MAX && import_answer_unpack(answered, len, &answer) == 0);
        while (import_answer_next(&answer, &reject))
                met += slice_is(reject.reason, "no");
        MUST(met == rejects && answer.n_rejects == rejects);
}

static void rows(const uint8_t *bytes, size_t len)
{
        const char *why = NULL;
        struct import_batch *batch = import_unpack(bytes, len, &why);
        MUST((batch == NULL) == (why != NULL));
        if (!batch)
                return;
        MUST(batch->n >= 1 && batch->n <= IMPORT_ROWS_MAX);
        struct import_pack pack;
        import_pack_start(&pack, batch->kind, packed);
        for (uint32_t i = 0; i < batch->n; i++)
                MUST(import_pack_row(&pack, &batch->rows[i]) == 0);
        MUST(pack.len == len && memcmp(packed, bytes, len) == 0);
        check_answer(batch);
        import_batch_free(batch);
}

static void answer(const uint8_t *bytes, size_t len)
{
        struct import_answer a;
        struct import_reject reject;
        uint32_t n = 0;
        if (import_answer_unpack(bytes, len, &a) != 0)
                return;
        for (; import_answer_next(&a, &reject); n++)
                MUST(reject.reason.len <= IMPORT_REASON_MAX);
        MUST(n == a.n_rejects);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        if (len == 0)
                return 0;
        char *copy = fuzz_copy((struct slice){(const char *)bytes + 1, len - 1});
        if (bytes[0] % 2 == 0)
                rows((const uint8_t *)copy, len - 1);
        else
                answer((const uint8_t *)copy, len - 1);
        free(copy);
        return 0;
}
