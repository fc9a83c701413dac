#include "server/ctl/receipt.h"

#include <errno.h>
#include <getopt.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/utf8.h"
#include "server/ctl/client.h"
#include "server/ctl/ctl.h"

#define EXACT_MOST INT64_C(9007199254740991) /* a larger number is not the same to every reader */

/* ---- whether it is one ---- */
/* Neither what a terminal obeys nor what shows a text in another order than it is signed in. */
static bool plain(const char *text, size_t len)
{
        for (size_t i = 0; i < len;) {
                uint32_t v;
                size_t n = utf8_step(text + i, len - i, &v);
                if (n == 0 || utf8_unshown(v))
                        return false;
                i += n;
        }
        return true;
}

static bool ascii(const char *text)
{
        while (*text && (uint8_t)*text < 0x80)
                text++;
        return *text == 0;
}

/* Only values whose canonical form is beyond doubt [P101]. The parser bounds how deep they lie. */
static bool unambiguous(const json_t *value)
{
        const char *name;
        json_t *member;
        size_t i;
        switch (json_typeof(value)) {
        case JSON_STRING:
                return plain(json_string_value(value), json_string_length(value));
        case JSON_INTEGER:
                return json_integer_value(value) <= EXACT_MOST && json_integer_value(value) >= -EXACT_MOST;
        case JSON_ARRAY:
                json_array_foreach(value, i, member) if (!unambiguous(member)) return false;
                return true;
        case JSON_OBJECT:
                json_object_foreach((json_t *)(uintptr_t)value, name,
                        member) if (!plain(name, strlen(name)) || !ascii(name) ||
                                    !unambiguous(member)) return false;
                return true;
        case JSON_TRUE:
        case JSON_FALSE:
        case JSON_NULL:
                return true;
        case JSON_REAL:
                return false;
        }
        return false;
}

/* As the hub writes a number: a UUID, in lower case. */
static bool is_number(const json_t *value)
{
        static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
        const char *at = json_string_value(value);
        if (!at || json_string_length(value) != sizeof form - 1)
                return false;
        for (size_t i = 0; i < sizeof form - 1; i++)
                if (form[i] == '-' ? at[i] != '-' : !strchr("0123456789abcdef", at[i]))
                        return false;
        return true;
}

/* base64url without padding, of exactly so many bytes. */
static bool decode(const json_t *text, uint8_t *out, size_t bytes)
{
        size_t len = 0;
        const char *at = json_string_value(text), *end = NULL;
        return at &&
               sodium_base642bin(out, bytes, at, json_string_length(text), NULL, &len, &end,
                       sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
               len == bytes && *end == 0;
}

/* Under the key that it names itself. */
static bool whole(const json_t *receipt, const uint8_t signature[crypto_sign_BYTES],
        const uint8_t key[crypto_sign_PUBLICKEYBYTES])
{
        json_t *bare = json_copy((json_t *)(uintptr_t)receipt);
        json_object_del(bare, "signature");
        char *text = json_dumps(bare, JSON_SORT_KEYS | JSON_COMPACT);
        bool good =
                text && crypto_sign_verify_detached(signature, (const uint8_t *)text, strlen(text), key) == 0;
        free(text);
        json_decref(bare);
        return good;
}

enum receipt_verdict receipt_judge(const char *bytes, size_t len, const char *key, json_t **receipt)
{
        uint8_t signature[crypto_sign_BYTES], named[crypto_sign_PUBLICKEYBYTES];
        json_t *found = len <= RECEIPT_FILE_MAX ? json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
        const char *version = json_string_value(json_object_get(found, "version"));
        const char *own = json_string_value(json_object_get(found, "publicKey"));
        *receipt = NULL;
        if (!json_is_object(found) || !version || strcmp(version, "KI-CR-v1.1.0") != 0 || !own ||
                !unambiguous(found) || !decode(json_object_get(found, "publicKey"), named, sizeof named) ||
                !is_number(json_object_get(found, "consentReceiptID")) ||
                !json_is_string(json_object_get(found, "signature"))) {
                json_decref(found);
                return RECEIPT_NONE;
        }
        *receipt = found;
        if (!decode(json_object_get(found, "signature"), signature, sizeof signature) ||
                !whole(found, signature, named))
                return RECEIPT_CHANGED_BY;
        return key && strcmp(key, own) != 0 ? RECEIPT_OTHER_KEY : RECEIPT_GOOD;
}

/* ---- what is said of it ---- */
static const char *text_of(const json_t *object, const char *name)
{
        const char *text = json_string_value(json_object_get(object, name));
        return text ? text : "";
}

static void print_said(const json_t *own)
{
        size_t i;
        json_t *event;
        json_array_foreach(json_object_get(own, "events"), i, event)
                printf("  said:   %s %s, %s%s%s\n", text_of(event, "purpose"), text_of(event, "category"),
                        text_of(event, "state"), strcmp(text_of(event, "mode"), "ask") == 0 ? "" : ", ",
                        strcmp(text_of(event, "mode"), "ask") == 0 ? "" : text_of(event, "mode"));
}

static void print_holds(const json_t *receipt)
{
        size_t i, k, n = 0;
        json_t *service, *purpose;
        json_array_foreach(json_object_get(receipt, "services"), i, service)
                json_array_foreach(json_object_get(service, "purposes"), k, purpose)
        {
                printf("  holds:  %s; until %s\n", text_of(purpose, "purpose"),
                        text_of(purpose, "termination"));
                n++;
        }
        if (n == 0)
                puts("  holds:  nothing any more");
}

static void print_good(const char *path, const json_t *receipt, bool asked)
{
        const json_t *own = json_object_get(receipt, "maitred");
        const json_t *notice = json_object_get(own, "notice");
        const json_t *house = json_array_get(json_object_get(receipt, "piiControllers"), 0);
        printf("%s: whole and signed\n", path);
        printf("  number: %s\n", text_of(receipt, "consentReceiptID"));
        printf("  what:   %s, by %s, %lld s after 1970\n", text_of(own, "what"), text_of(own, "method"),
                (long long)json_integer_value(json_object_get(receipt, "consentTimestamp")));
        print_said(own);
        print_holds(receipt);
        printf("  notice: %s %lld\n", text_of(notice, "name"),
                (long long)json_integer_value(json_object_get(notice, "version")));
        printf("  store:  %s\n", text_of(house, "piiController"));
        printf("  key:    %s\n", text_of(receipt, "publicKey"));
        if (!asked)
                puts("Nothing says yet that the key is the store's: compare it, or name the store's with "
                     "--key.");
}

static void print_json(json_t *object)
{
        json_dumpf(object, stdout, JSON_ENSURE_ASCII);
        putchar('\n');
        json_decref(object);
}

static int tell(struct ctl *ctl, const char *path, const json_t *receipt, const char *key,
        enum receipt_verdict verdict)
{
        switch (verdict) {
        case RECEIPT_GOOD:
                if (ctl->json)
                        print_json(json_pack("{s:b, s:s, s:s}", "good", 1, "id",
                                text_of(receipt, "consentReceiptID"), "key", text_of(receipt, "publicKey")));
                else
                        print_good(path, receipt, key != NULL);
                return CTL_OK;
        case RECEIPT_NONE:
                return ctl_fail(CTL_DATA,
                        "%s is no receipt of consent; give the file as the store's page saved it.", path);
        case RECEIPT_CHANGED_BY:
                return ctl_fail(CTL_REFUSED,
                        "%s is not as it was signed: something in it was changed. Trust nothing in it.",
                        path);
        case RECEIPT_OTHER_KEY:
                return ctl_fail(CTL_REFUSED,
                        "%s is whole, but another key signed it: %s. It is not of the store whose key you "
                        "named.",
                        path, text_of(receipt, "publicKey"));
        }
        return CTL_DATA;
}

static int verify(struct ctl *ctl, const char *path, const char *key)
{
        static char bytes[RECEIPT_FILE_MAX + 1];
        json_t *receipt = NULL;
        FILE *file = fopen(path, "re");
        size_t len = file ? fread(bytes, 1, sizeof bytes, file) : 0;
        bool read = file && !ferror(file);
        int why = errno;
        if (file)
                fclose(file);
        if (!read)
                return ctl_fail(CTL_NO_INPUT, "%s cannot be read (%s).", path, strerror(why));
        enum receipt_verdict verdict = receipt_judge(bytes, len, key, &receipt);
        int code = tell(ctl, path, receipt, key, verdict);
        json_decref(receipt);
        return code;
}

/* ---- the hub's key ---- */
static int say_key(struct ctl *ctl)
{
        struct client_error error;
        struct client *client = NULL;
        int code = client_open(ctl->socket, &client, &error);
        if (code != 0)
                return ctl_fail(code, "%s", error.text);
        const char *key = json_string_value(json_object_get(client_facts(client), "receipt_key"));
        if (!key)
                code = ctl_fail(CTL_UNREACHABLE, "the hub says no key; it may be of an older version.");
        else if (ctl->json)
                print_json(json_pack("{s:s, s:s}", "alg", "Ed25519", "key", key));
        else
                puts(key);
        client_close(client);
        return code;
}

int ctl_receipt(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {
                {"json", no_argument, NULL, 'j'}, {"key", required_argument, NULL, 'k'}, {0}};
        const char *key = NULL;
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'k')
                        key = optarg;
                else if (c == 'j')
                        ctl->json = true;
                else
                        return ctl_usage("receipt", "that is no option of receipt.");
        }
        if (key && strlen(key) != RECEIPT_KEY_TEXT)
                return ctl_usage("receipt", "a key has %d characters, as maitrectl receipt key prints them.",
                        RECEIPT_KEY_TEXT);
        if (argc - optind == 2 && strcmp(argv[optind], "verify") == 0)
                return verify(ctl, argv[optind + 1], key);
        if (argc - optind == 1 && strcmp(argv[optind], "key") == 0)
                return say_key(ctl);
        return ctl_usage("receipt", "receipt takes verify and a file, or key.");
}
