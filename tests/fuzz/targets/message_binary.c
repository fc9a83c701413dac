/* The packed message that comes over the link: the hub reads what a front sent that may have been broken
 * into. There is one form only: what unpacks packs to the very same bytes. */
#include "proto/message.h"
#include "proto/utf8.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc, (void)argv;
        return 0;
}

/* Every value within what the list of messages says. */
static void check_field(const struct message *m, const struct field_info *f)
{
        const char *at = (const char *)&m->now + f->offset;
        const struct message_list *list = (const void *)at;
        const struct slice *bulk = (const void *)at;
        int64_t number;
        switch (f->kind) {
        case FIELD_TEXT:
                MUST(strnlen(at, (size_t)f->most + 1) <= (size_t)f->most && utf8_plain(at, strlen(at)));
                MUST(!f->required || at[0] != '\0');
                return;
        case FIELD_FLAG:
                MUST(*(const uint8_t *)at <= 1);
                return;
        case FIELD_NUMBER:
                memcpy(&number, at, sizeof number);
                MUST((number >= f->least && number <= f->most) || (number == 0 && !f->required));
                return;
        case FIELD_LIST:
                MUST(list->n <= f->most_items);
                for (uint32_t i = 0; i < list->n; i++)
                        MUST(list->item[i] >= f->least && list->item[i] <= f->most);
                return;
        case FIELD_BULK:
                MUST(bulk->len <= (size_t)f->most && (bulk->len > 0 || !f->required));
                MUST(bulk->len == 0 || !memchr(bulk->at, 0, bulk->len));
                return;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
        struct message m;
        uint8_t packed[MESSAGE_BINARY_MAX];
        int rc = message_unpack(bytes, len, &m);
        MUST(rc == 0 || rc == 1);
        if (rc != 0)
                return 0;
        const struct message_info *info = message_info(m.type);
        MUST(info != NULL);
        for (size_t i = 0; i < info->n_fields; i++)
                check_field(&m, &info->fields[i]);
        MUST(message_pack(&m, packed) == len && memcmp(packed, bytes, len) == 0);
        return 0;
}
