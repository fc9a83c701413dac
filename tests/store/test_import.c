/* Imports: every outcome, repeats, corrections, returns, and rows that cannot be right. */
#include "tests/store/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_AMOUNT                    "price is not an amount such as 1299.00, of at most 15 digits"
#define PURCHASE(id, customer, rest) id ";" customer ";" rest "\n"

static void basics(struct kit *kit)
{
        kit_open(kit);
        kit_import_counts(kit, IMPORT_STORES, "lyon;Lyon;in-store;Europe/Paris\nweb;Online shop;online;\n", 2,
                0, 0, 0, 0, 0);
        kit_import_counts(
                kit, IMPORT_ASSOCIATES, "a1;Maria Lopez;main;Shoes;associate;1\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(kit, IMPORT_CLASSES, "Coats;Coats;0\n", 1, 0, 0, 0, 0, 0);
}

static struct dossier *all_of(struct kit *kit, const char *external)
{
        struct effect load = kit_by_external(external, WANT_PERSON | WANT_LINES);
        load.load.assume = CATEGORY_BIT(CATEGORY_INSTORE) | CATEGORY_BIT(CATEGORY_ONLINE) |
                           CATEGORY_BIT(CATEGORY_OTHER_STORES);
        return kit_load(kit, &load);
}

static uint32_t lines_of(struct kit *kit, const char *external)
{
        struct dossier *d = all_of(kit, external);
        uint32_t n = d->n_lines;
        free(d);
        return n;
}

static void test_again(void **state)
{
        static const struct {
                enum import_kind kind;
                const char *rows, *corrected;
                uint64_t n;
        } files[] = {
                {IMPORT_STORES, "s2;Second;in-store;UTC\ns3;Third;online;\n",
                        "s2;Second house;in-store;UTC\n", 2},
                {IMPORT_ASSOCIATES, "a7;Ida Moe;;Bags;trainee;1\n", "a7;Ida Moe;;Bags;associate;1\n", 1},
                {IMPORT_CLASSES, "Bags;Bags;0\n", "Bags;Bags;1\n", 1},
                {IMPORT_PRODUCTS, "p1;Bag;Marle;Bags;10.00;red;\n", "p1;Bag;Marle;Bags;11.00;red;\n", 1},
                {IMPORT_CUSTOMERS, "c9;Nora Lind;1980-01-01;n@mail.example\n",
                        "c9;Nora Lindh;1980-01-01;n@mail.example\n", 1},
                {IMPORT_PURCHASES, PURCHASE("x1", "c9", "a7;;;p1;;10;;1;2026-01-05;;;;;;"),
                        PURCHASE("x1", "c9", "a7;;;p1;;10;;2;2026-01-05;;;;;;"), 1},
        };
        struct kit kit;
        (void)state;
        kit_open(&kit);
        for (size_t i = 0; i < ARRAY_LEN(files); i++) {
                kit_import_counts(&kit, files[i].kind, files[i].rows, files[i].n, 0, 0, 0, 0, 0);
                kit_import_counts(&kit, files[i].kind, files[i].rows, 0, 0, files[i].n, 0, 0, 0);
                kit_import_counts(&kit, files[i].kind, files[i].corrected, 0, 1, 0, 0, 0, 0);
                kit_import_counts(&kit, files[i].kind, files[i].corrected, 0, 0, 1, 0, 0, 0);
        }
        /* Twice in one file. */
        kit_import_counts(&kit, IMPORT_PURCHASES,
                PURCHASE("x2", "c9", ";;;;;1;;1;2026-01-05;;;;;;")
                        PURCHASE("x2", "c9", ";;;;;1;;1;2026-01-05;;;;;;"),
                1, 0, 1, 0, 0, 0);
        kit_close(&kit);
}

/* An empty field of a master file means "not known" and takes nothing away. */
static void test_empty_keeps(void **state)
{
        struct kit kit;
        (void)state;
        basics(&kit);
        kit_import_counts(&kit, IMPORT_PRODUCTS, "p1;Bag;Marle;Coats;10.00;red;M\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_PRODUCTS, "p1;;;;;;\n", 0, 0, 1, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Nora Lind;1980-01-01;\n", 1, 0, 0, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;;;nora@mail.example\n", 0, 1, 0, 0, 0, 0);
        struct effect load = kit_by_external("c1", WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_string_equal(d->person.last, "Lind");
        free(d);
        kit_close(&kit);
}

static void test_corrections(void **state)
{
        struct kit kit;
        (void)state;
        basics(&kit);
        kit_import_counts(&kit, IMPORT_PURCHASES,
                PURCHASE("x1", "c1", "a1;main;;;Coats;10;EUR;1;2026-03-09 10:00:00;;;;Coat;;"), 1, 0, 0, 0, 0,
                0);
        /* Another time and price. */
        kit_import_counts(&kit, IMPORT_PURCHASES,
                PURCHASE("x1", "c1", "a1;main;;;Coats;12;EUR;1;2026-03-08 10:00:00;;;;Coat;;"), 0, 1, 0, 0, 0,
                0);
        struct dossier *d = all_of(&kit, "c1");
        assert_int_equal(d->n_lines, 1);
        assert_int_equal(dossier_lines(d)[0].unit_price, 1200);
        assert_int_equal(dossier_lines(d)[0].age_days, 2);
        uint64_t ref = dossier_lines(d)[0].ref;
        struct write hide = {.kind = WRITE_LINE_CHOICE,
                .line_choice = {.person = d->person.id,
                        .n = 1,
                        .line_refs = {ref},
                        .choice = CHOICE_HIDE,
                        .at = NOW}};
        free(d);
        assert_int_equal(kit_commit(&kit, &hide, 1), 0);
        /* It was somebody else's: it moves, with its reference, and what the first one said of it does not.
         */
        kit_import_counts(&kit, IMPORT_PURCHASES,
                PURCHASE("x1", "c2", "a1;main;;;Coats;12;EUR;1;2026-03-08 10:00:00;;;;Coat;;"), 0, 1, 0, 0, 0,
                0);
        assert_int_equal(lines_of(&kit, "c1"), 0);
        d = all_of(&kit, "c2");
        assert_int_equal(d->n_lines, 1);
        assert_true(dossier_lines(d)[0].ref == ref);
        assert_int_equal(dossier_lines(d)[0].choice, CHOICE_NONE);
        free(d);
        /* A return, as a status and as a quantity. */
        kit_import_counts(&kit, IMPORT_PURCHASES,
                PURCHASE("x1", "c2", "a1;main;;;Coats;12;EUR;1;2026-03-08 10:00:00;returned;;;Coat;;"), 0, 1,
                0, 0, 0, 0);
        kit_import_counts(&kit, IMPORT_PURCHASES,
                PURCHASE("x2", "c2", "a1;main;;;Coats;12;EUR;-3;2026-03-08 10:00:00;;;;Coat;;"), 1, 0, 0, 0,
                0, 0);
        d = all_of(&kit, "c2");
        assert_int_equal(d->n_lines, 2);
        assert_int_equal(dossier_lines(d)[0].status, STATUS_RETURNED);
        assert_int_equal(dossier_lines(d)[1].status, STATUS_RETURNED);
        assert_int_equal(dossier_lines(d)[1].quantity, 3);
        assert_int_equal(d->n_evidence, 0);
        free(d);
        /* It was nobody's after all. */
        kit_import_counts(&kit, IMPORT_PURCHASES,
                PURCHASE("x1", "", "a1;main;;;Coats;12;EUR;1;2026-03-08 10:00:00;;;;Coat;;"), 0, 0, 0, 1, 0,
                0);
        assert_int_equal(lines_of(&kit, "c2"), 1);
        kit_close(&kit);
}

static void rejected(struct kit *kit, enum import_kind kind, const char *row, const char *reason)
{
        struct import_batch *batch = kit_import(kit, kind, NOW, row);
        if (batch->rows[0].outcome != IMPORT_REJECTED || strcmp(batch->rows[0].reason, reason) != 0)
                fail_msg("%s: outcome %d, \"%s\"", row, batch->rows[0].outcome, batch->rows[0].reason);
        assert_int_equal(batch->counts[IMPORT_REJECTED], 1);
        import_batch_free(batch);
}

static void test_rejects(void **state)
{
        static const struct {
                const char *row, *reason;
        } lines[] = {
                {";c1;;;;;;1;;1;2026-01-01;;;;;;", "id is empty"},
                {"x;c1;nobody;;;;;1;;1;2026-01-01;;;;;;",
                        "associate is not known; import the associates first"},
                {"x;c1;;nowhere;;;;1;;1;2026-01-01;;;;;;", "store is not known; import the stores first"},
                {"x;c1;;;by post;;;1;;1;2026-01-01;;;;;;", "channel is not a channel (in-store, online)"},
                {"x;c1;;;;;;-1;;1;2026-01-01;;;;;;", "price is below 0"},
                {"x;c1;;;;;;cheap;;1;2026-01-01;;;;;;", NO_AMOUNT},
                /* 2^64 + 100: a sum that overflows would read 1.00. */
                {"x;c1;;;;;;18446744073709551716;;1;2026-01-01;;;;;;", NO_AMOUNT},
                {"x;c1;;;;;;9223372036854775807;;1;2026-01-01;;;;;;", NO_AMOUNT},
                {"x;c1;;;;;;9999999999999999999.;;1;2026-01-01;;;;;;", NO_AMOUNT},
                {"x;c1;;;;;;1000000000000000;JPY;1;2026-01-01;;;;;;", NO_AMOUNT},
                {"x;c1;;;;;;10000000000000.00;;1;2026-01-01;;;;;;", NO_AMOUNT},
                {"x;c1;;;;;;.;;1;2026-01-01;;;;;;", NO_AMOUNT},
                {"x;c1;;;;;;1;;0;2026-01-01;;;;;;", "quantity is 0"},
                {"x;c1;;;;;;1;;two;2026-01-01;;;;;;", "quantity is not a whole number up to 1000000"},
                {"x;c1;;;;;;1;;1;2026-03-12;;;;;;", "at lies in the future"},
                {"x;c1;;;;;;1;;1;1850-01-01;;;;;;", "at lies before 1900"},
                {"x;c1;;;;;;1;;1;;;;;;;", "at is empty"},
                {"x;c1;;;;;;1;;1;2026-01-01;lost;;;;;",
                        "status is not a status (bought, returned, cancelled)"},
        };
        static const char id66[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx;c1;;;;"
                                   ";;1;;1;2026-01-01;;;;;;";
        struct kit kit;
        (void)state;
        basics(&kit);
        for (size_t i = 0; i < ARRAY_LEN(lines); i++)
                rejected(&kit, IMPORT_PURCHASES, lines[i].row, lines[i].reason);
        rejected(&kit, IMPORT_PURCHASES, id66, "id is longer than 64 bytes");
        rejected(&kit, IMPORT_ASSOCIATES, "a8;;main;;;", "name is empty");
        rejected(&kit, IMPORT_ASSOCIATES, "a8;Ida;nowhere;;;", "store is not known; import the stores first");
        rejected(&kit, IMPORT_ASSOCIATES, "a8;Ida;main;;boss;",
                "role is not a role (associate, trainee, manager)");
        rejected(&kit, IMPORT_PRODUCTS, "p1;;;;dear;;", NO_AMOUNT);
        rejected(&kit, IMPORT_PRODUCTS, "p1;;;;18446744073709551716;;", NO_AMOUNT);
        rejected(&kit, IMPORT_STORES, "s9;;by post;", "channel is not a channel (in-store, online)");
        rejected(&kit, IMPORT_CUSTOMERS, ";Nora Lind;;", "id is empty");
        /* None of them left anything. */
        struct effect load = kit_by_external("c1", WANT_PERSON);
        struct dossier *d = kit_load(&kit, &load);
        assert_int_equal(d->found, 0);
        free(d);
        kit_close(&kit);
}

/* The thirty-second department is one too many; 31 is "other". */
static void test_departments(void **state)
{
        struct kit kit;
        char row[64];
        (void)state;
        kit_open(&kit);
        for (int i = 0; i < 31; i++) {
                snprintf(row, sizeof row, "class %d;department %d;0\n", i, i);
                kit_import_counts(&kit, IMPORT_CLASSES, row, 1, 0, 0, 0, 0, 0);
        }
        rejected(&kit, IMPORT_CLASSES, "one more;department 31;0\n",
                "department would be one too many; there can be 31");
        kit_import_counts(
                &kit, IMPORT_CLASSES, "one more;department 30;0\nand one;other;\n", 2, 0, 0, 0, 0, 0);
        rejected(&kit, IMPORT_ASSOCIATES, "a1;Ida;;department 3|department 31;;",
                "department would be one too many; there can be 31");
        kit_close(&kit);
}

struct priced {
        const char *price, *currency;
        int64_t expect;
};

static void test_prices(void **state)
{
        static const struct priced cases[] = {
                {"", "", PRICE_UNKNOWN},
                {"0", "", 0},
                {"12", "EUR", 1200},
                {"12.5", "", 1250},
                {"12.345", "", 1235},
                {"999999999999.99", "", INT64_C(99999999999999)},
                {"9999999999999.99", "", INT64_C(999999999999999)},
                {"00000000000000012.50", "", 1250},
                {"0.0000000000000001", "", 0},
                /* Another currency cannot be compared with the rules' limits; one that cannot be read is
                   unknown. */
                {"12", "USD", PRICE_UNKNOWN},
                {"12", "euros", PRICE_UNKNOWN},
        };
        struct kit kit;
        char row[160], customer[8];
        (void)state;
        basics(&kit);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                snprintf(customer, sizeof customer, "p%zu", i);
                snprintf(row, sizeof row, "price-%zu;%s;;;;;;%s;%s;1;2026-01-01;;;;;;\n", i, customer,
                        cases[i].price, cases[i].currency);
                kit_import_counts(&kit, IMPORT_PURCHASES, row, 1, 0, 0, 0, 0, 0);
                struct dossier *d = all_of(&kit, customer);
                assert_int_equal(d->n_lines, 1);
                assert_true(dossier_lines(d)[0].unit_price == cases[i].expect);
                free(d);
        }
        kit_close(&kit);
}

static void test_places(void **state)
{
        struct kit kit;
        (void)state;
        basics(&kit);
        kit_import_counts(&kit, IMPORT_PURCHASES,
                PURCHASE("x1", "c1", ";;;;Coats;1;;1;2026-03-04;;;;;;")       /* this hub's store */
                PURCHASE("x2", "c1", ";;online;;Coats;1;;1;2026-03-03;;;;;;") /* the online shop */
                PURCHASE("x3", "c1", ";web;;;Coats;1;;1;2026-03-02;;;;;;")    /* the store's own channel */
                PURCHASE("x4", "c1",
                        ";lyon;;never heard of;;1;;1;2026-03-01;;;Ours;A thing;;"), /* unknown article */
                4, 0, 0, 0, 0, 0);
        struct dossier *d = all_of(&kit, "c1");
        const struct purchase *l = dossier_lines(d);
        assert_int_equal(d->n_lines, 4);
        assert_string_equal(dossier_text(d, l[0].store_name), "Test house");
        assert_int_equal(l[0].channel, CHANNEL_IN_STORE);
        assert_string_equal(dossier_text(d, l[1].store_name), "Online shop");
        assert_int_equal(l[1].channel, CHANNEL_ONLINE);
        assert_string_equal(dossier_text(d, l[2].store_name), "Online shop");
        assert_int_equal(l[2].channel, CHANNEL_ONLINE);
        assert_string_equal(dossier_text(d, l[3].store_name), "Lyon");
        assert_string_equal(dossier_text(d, l[3].item), "A thing");
        assert_int_equal(l[3].sensitive, 1); /* no class at all */
        free(d);
        /* The article becomes known later, and says what the line did not. */
        kit_import_counts(
                &kit, IMPORT_PRODUCTS, "never heard of;Wool coat;Marle;Coats;10;grey;40\n", 0, 1, 0, 0, 0, 0);
        d = all_of(&kit, "c1");
        l = dossier_lines(d);
        assert_string_equal(dossier_text(d, l[3].item), "A thing");
        assert_string_equal(dossier_text(d, l[3].brand), "Ours");
        assert_string_equal(dossier_text(d, l[3].colour), "grey");
        assert_string_equal(dossier_text(d, l[3].kind), "Coats");
        assert_int_equal(l[3].sensitive, 0);
        free(d);
        kit_close(&kit);
}

/* import.keep = enrolled: lines of people who have not joined are counted and gone. */
static void test_keep_enrolled(void **state)
{
        struct kit kit;
        static const char rows[] = PURCHASE("x1", "c1", ";;;;Coats;1;;1;2026-03-04;;;;;;")
                PURCHASE("x2", "c2", ";;;;Coats;1;;1;2026-03-04;;;;;;");
        (void)state;
        basics(&kit);
        kit_import_counts(&kit, IMPORT_CUSTOMERS, "c1;Nora Lind;;\nc2;Jo Ek;;\n", 2, 0, 0, 0, 0, 0);
        struct write enrol = {.kind = WRITE_ENROL, .enrol = {.person = 1, .language = "en"}};
        assert_int_equal(kit_commit(&kit, &enrol, 1), 0);
        kit.options.keep_enrolled = true;
        kit_reopen(&kit);
        kit_import_counts(&kit, IMPORT_PURCHASES, rows, 1, 0, 0, 0, 1, 0);
        assert_int_equal(lines_of(&kit, "c1"), 1);
        assert_int_equal(lines_of(&kit, "c2"), 0);
        kit_close(&kit);
}

static void test_sensitive(void **state)
{
        static const struct {
                const char *class;
                uint8_t sensitive;
        } cases[] = {{"Coats", 0}, {"Lingerie", 1}, {"lingerie", 1}, {"Women/Lingerie", 1},
                {"Women / Intimates", 1}, {"Umbrellas", 1}, {"Nowhere", 1}, {"Hats", 0}};
        struct kit kit;
        char row[128];
        (void)state;
        basics(&kit);
        /* Head office may add (Umbrellas), and not take away. "Nowhere" has no department. */
        kit_import_counts(&kit, IMPORT_CLASSES,
                "Lingerie;Coats;0\nlingerie;Coats;0\nWomen/Lingerie;Coats;\nWomen / "
                "Intimates;Coats;0\nUmbrellas;Coats;1\n"
                "Nowhere;;0\nHats;Coats;0\n",
                7, 0, 0, 0, 0, 0);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                snprintf(row, sizeof row, "s%zu;c1;;;;;%s;1;;1;2026-03-0%zu;;;;;;\n", i, cases[i].class,
                        9 - i);
                kit_import_counts(&kit, IMPORT_PURCHASES, row, 1, 0, 0, 0, 0, 0);
        }
        struct dossier *d = all_of(&kit, "c1");
        assert_int_equal(d->n_lines, ARRAY_LEN(cases));
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
                assert_string_equal(dossier_text(d, dossier_lines(d)[i].kind), cases[i].class);
                if (dossier_lines(d)[i].sensitive != cases[i].sensitive)
                        fail_msg("%s", cases[i].class);
        }
        free(d);
        kit_close(&kit);
}

static void test_unmapped_are_counted(void **state)
{
        struct kit kit;
        (void)state;
        basics(&kit);
        struct import_batch *batch = kit_import(&kit, IMPORT_PURCHASES, NOW,
                PURCHASE("x1", "c1", ";;;;Coats;1;;1;2026-03-04;;;;;;")
                        PURCHASE("x2", "c1", ";;;;Hats;1;;1;2026-03-04;;;;;;")
                                PURCHASE("x3", "c1", ";;;;Hats;1;;1;2026-03-04;;;;;;"));
        assert_int_equal(batch->unmapped_classes, 1);
        import_batch_free(batch);
        char *text = kit_report(&kit, REPORT_STATUS, "", NOW);
        assert_non_null(strstr(text, "\"unmapped_classes\":1"));
        assert_non_null(strstr(text, "\"kind\":\"purchases\""));
        free(text);
        kit_close(&kit);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_again),
                cmocka_unit_test(test_empty_keeps),
                cmocka_unit_test(test_corrections),
                cmocka_unit_test(test_rejects),
                cmocka_unit_test(test_departments),
                cmocka_unit_test(test_prices),
                cmocka_unit_test(test_places),
                cmocka_unit_test(test_keep_enrolled),
                cmocka_unit_test(test_sensitive),
                cmocka_unit_test(test_unmapped_are_counted),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
