/* messages.def and proto/schema say the same: one schema a message, the same fields, kinds and limits. And
 * what the schemas of the answers refer to exists. */
#include "proto/agent.h"
#include "proto/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *const faces[FACE_COUNT] = {
        "any", "customer", "till", "sign", "handheld", "console", "operator", "agent"};

static json_t *load(const char *name)
{
        char path[512];
        json_error_t where;
        snprintf(path, sizeof path, "%s/%s", SCHEMA_FOLDER, name);
        json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
        if (!root)
                fail_msg("%s: %s (line %d)", path, where.text, where.line);
        return root;
}

static const char *text_of(const json_t *o, const char *key)
{
        const char *text = json_string_value(json_object_get(o, key));
        return text ? text : "";
}

static int64_t number_of(const json_t *o, const char *key)
{
        const json_t *n = json_object_get(o, key);
        return json_is_integer(n) ? json_integer_value(n) : INT64_MIN;
}

static void check_field(const char *file, const struct field_info *f, const json_t *p)
{
        static const char *const types[] = {"string", "boolean", "integer", "array", "string"};
        if (!p || strcmp(text_of(p, "type"), types[f->kind]) != 0)
                fail_msg("%s: %s is not of type %s", file, f->name, types[f->kind]);
        const json_t *items = json_object_get(p, "items");
        bool same = true;
        switch (f->kind) {
        case FIELD_TEXT:
        case FIELD_BULK:
                same = number_of(p, "maxLength") == f->most &&
                       (number_of(p, "minLength") == 1) == f->required;
                break;
        case FIELD_FLAG:
                break;
        case FIELD_NUMBER:
                same = number_of(p, "minimum") == f->least && number_of(p, "maximum") == f->most;
                break;
        case FIELD_LIST:
                same = number_of(p, "maxItems") == f->most_items && number_of(items, "minimum") == f->least &&
                       number_of(items, "maximum") == f->most &&
                       strcmp(text_of(items, "type"), "integer") == 0;
                break;
        }
        if (!same)
                fail_msg("%s: %s has other limits than messages.def", file, f->name);
}

static bool lists(const json_t *required, const char *name)
{
        for (size_t i = 0; i < json_array_size(required); i++)
                if (strcmp(json_string_value(json_array_get(required, i)), name) == 0)
                        return true;
        return false;
}

static void check_message(const struct message_info *info)
{
        char file[128];
        snprintf(file, sizeof file, "%s.%s.json", faces[info->face], info->name);
        json_t *schema = load(file);
        const json_t *properties = json_object_get(schema, "properties");
        const json_t *required = json_object_get(schema, "required");
        bool named = info->how == HOW_SOCKET || info->how == HOW_CONTROL;
        size_t needed = named ? 1 : 0;
        assert_string_equal(text_of(schema, "$id"), file);
        assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
        for (size_t i = 0; i < info->n_fields; i++) {
                const struct field_info *f = &info->fields[i];
                check_field(file, f, json_object_get(properties, f->name));
                if (lists(required, f->name) != f->required)
                        fail_msg("%s: %s is required in one place only", file, f->name);
                needed += f->required;
        }
        if (named)
                assert_string_equal(text_of(json_object_get(properties, "t"), "const"), info->name);
        if (json_object_size(properties) != info->n_fields + (named ? 1 : 0) ||
                json_array_size(required) != needed)
                fail_msg("%s has members that messages.def has not", file);
        json_decref(schema);
}

static void every_message_has_its_schema(void **state)
{
        (void)state;
        for (int t = MESSAGE_NONE + 1; t < MESSAGE_TYPE_COUNT; t++)
                check_message(message_info((enum message_type)t));
}

static bool is_message(const char *file)
{
        for (int t = MESSAGE_NONE + 1; t < MESSAGE_TYPE_COUNT; t++) {
                const struct message_info *info = message_info((enum message_type)t);
                char name[128];
                snprintf(name, sizeof name, "%s.%s.json", faces[info->face], info->name);
                if (strcmp(name, file) == 0)
                        return true;
        }
        /* The agent's messages have a list of their own; tests/agent compares the two. */
        for (int t = AGENT_NONE + 1; t < AGENT_TYPE_COUNT; t++) {
                char name[128];
                snprintf(name, sizeof name, "agent.%s.json", agent_info((enum agent_type)t)->name);
                if (strcmp(name, file) == 0)
                        return true;
        }
        return false;
}

static void check_refs(const char *file, const json_t *node)
{
        const char *key;
        json_t *value, *copy = NULL;
        size_t i;
        if (json_is_array(node))
                json_array_foreach(node, i, value) check_refs(file, value);
        if (!json_is_object(node))
                return;
        copy = json_deep_copy(node); /* the macro wants one that is not const */
        json_object_foreach(copy, key, value)
        {
                if (strcmp(key, "$ref") == 0 && json_string_value(value)[0] != '#')
                        json_decref(load(json_string_value(value)));
                check_refs(file, value);
        }
        json_decref(copy);
}

static void no_schema_is_left_over(void **state)
{
        (void)state;
        DIR *dir = opendir(SCHEMA_FOLDER);
        int answers = 0;
        assert_non_null(dir);
        for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
                if (!strstr(e->d_name, ".json"))
                        continue;
                json_t *schema = load(e->d_name);
                assert_string_equal(text_of(schema, "$id"), e->d_name);
                assert_string_equal(
                        text_of(schema, "$schema"), "https://json-schema.org/draft/2020-12/schema");
                check_refs(e->d_name, schema);
                json_decref(schema);
                /* FACE.NAME.json is what is sent to the hub, NAME.json what it answers. */
                const char *dot = strchr(e->d_name, '.');
                if (strcmp(dot, ".json") == 0)
                        answers++;
                else if (!is_message(e->d_name))
                        fail_msg("%s belongs to no message of messages.def or agent.def", e->d_name);
        }
        closedir(dir);
        assert_true(answers >= 12);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(every_message_has_its_schema),
                cmocka_unit_test(no_schema_is_left_over),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
