/* Rows as the console sends them: whatever they are, each is either refused with a reason or has the form in
 * which rows travel, so that packing them is possible and reading them again gives the same. */
#include "proto/import.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

static void look(enum import_kind kind, const struct import_row *row)
{
        const struct import_field *fields = import_fields(kind);
        MUST(row->line > 0 && row->precision <= 3 && row->at >= 0);
        MUST((row->outcome == IMPORT_REJECTED) == (row->reason[0] != 0));
        if (row->outcome == IMPORT_REJECTED || row->outcome == IMPORT_NO_CUSTOMER)
                return;
        bool customer = kind != IMPORT_PURCHASES || row->field[1].len > 0;
        for (size_t i = 0; fields[i].name; i++) {
                MUST(row->field[i].len <= IMPORT_FIELD_MAX && import_text_ok(row->field[i]));
                MUST(!customer || !fields[i].required || row->field[i].len > 0 ||
                        fields[i].form == IMPORT_FORM_TIME);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        static uint8_t packed[IMPORT_PACKED_MAX];
        struct feed feed = {bytes, len};
        enum import_kind kind = (enum import_kind)(feed_byte(&feed) % (IMPORT_KINDS + 2));
        struct slice rest = feed_rest(&feed);
        char *text = fuzz_copy(rest);
        const char *why = NULL;
        struct import_batch *batch = import_read_lines(kind, (struct slice){text, rest.len}, &why);
        free(text); /* nothing of it is borrowed */
        MUST((batch == NULL) == (why != NULL));
        if (!batch)
                return 0;
        struct import_pack pack;
        MUST(batch->n > 0 && batch->n <= IMPORT_LINES_MAX);
        import_pack_start(&pack, kind, packed);
        for (uint32_t i = 0; i < batch->n; i++) {
                look(kind, &batch->rows[i]);
                if (batch->rows[i].outcome == IMPORT_NEW)
                        MUST(import_pack_row(&pack, &batch->rows[i]) == 0);
        }
        struct import_batch *again = pack.rows > 0 ? import_unpack(packed, pack.len, &why) : NULL;
        MUST((again != NULL) == (pack.rows > 0));
        import_batch_free(again);
        import_batch_free(batch);
        return 0;
}
