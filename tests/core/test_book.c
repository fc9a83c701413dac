/* Rules that change while the store is open: who may, in which order, what reaches a screen after that, and
 * what a start makes of it. The lab's verdicts are said by the test. */
#include "tests/core/story.h"

#include "server/core/manager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define HANDHELD 1

/* ---- two managers, signed in and stepped up ---- */
static uint16_t ask(struct rig *r, const struct digest *console, const struct message *m)
{
        r->face = FACE_CONSOLE;
        uint16_t status = rig_request(r, console, m);
        r->face = FACE_ANY;
        return status;
}

static void prove(struct rig *r, const struct digest *console, struct message m)
{
        r->proof = (struct proved){.right = true, .step = r->wall / 30000};
        snprintf(r->proof.made.hash, sizeof r->proof.made.hash, "a hash");
        assert_int_equal(ask(r, console, &m), 200);
}

static struct digest manager(struct rig *r, uint32_t associate)
{
        struct digest console = rig_session(r, SESSION_CONSOLE, associate);
        struct message begin = {.type = MESSAGE_ENROL_BEGIN};
        assert_int_equal(ask(r, &console, &begin), 200);
        prove(r, &console,
                (struct message){
                        .type = MESSAGE_ENROL, .enrol = {.password = "twelve chars", .code = "123456"}});
        return console;
}

static void step_up(struct rig *r, const struct digest *console)
{
        prove(r, console,
                (struct message){
                        .type = MESSAGE_STEP_UP, .step_up = {.password = "twelve chars", .code = "123456"}});
}

/* ---- a store with Anna's card on Maria's handheld ---- */
struct scene {
        struct rig *r;
        struct digest eva, jonas, phone;
};

/* Version 1 is live as after the first start: so the core takes it from the snapshot. */
static void open_store(struct rig *r)
{
        struct rig_book *first = &r->books[r->n_books++];
        const char *text = rulebook_text(r->book);
        assert_true(strlen(text) < sizeof first->text);
        snprintf(first->text, sizeof first->text, "%s", text);
        first->row = (struct book_row){.version = 1,
                .state = BOOK_LIVE,
                .sha256 = rulebook_digest(r->book),
                .by = BOOK_BY_MAITRED,
                .approved_by = BOOK_BY_MAITRED,
                .at = r->wall - DAY_MS,
                .published = r->wall - DAY_MS};
        rig_restart(r);
}

static struct scene scene_of(void **state)
{
        struct scene s = {.r = *state};
        struct rig *r = s.r;
        rig_role(r, JONAS, ROLE_MANAGER);
        open_store(r);
        s.eva = manager(r, EVA);
        s.jonas = manager(r, JONAS);
        rig_wait(r, 30 * SECOND_MS);
        step_up(r, &s.eva);
        step_up(r, &s.jonas);
        story_connect_as(r, HANDHELD, MARIA, SESSION_HANDHELD);
        story_join(r, ANNA, true, &s.phone);
        assert_int_equal(story_arrive(r, &s.phone), 200);
        assert_int_equal(rig_frames_of(r, HANDHELD, "\"t\":\"card\""), 1);
        return s;
}

/* ---- versions ---- */
struct draft {
        struct rulebook *book;
        struct book_verdict verdict;
        char hex[65];
};

/* Balanced with one line of it changed, and what the lab would say of it. */
static struct draft draft_of(struct rig *r, const char *line, const char *instead, uint64_t wider)
{
        struct draft d = {0};
        struct rulebook_error error;
        const char *text = rulebook_text(r->book), *at = strstr(text, line);
        static char changed[8192];
        assert_non_null(at);
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, instead, at + strlen(line));
        d.book = rulebook_parse(slice_of(changed), &error);
        assert_non_null(d.book);
        struct hub_live live;
        hub_live(r->hub, &live);
        d.verdict.row.version = r->n_books + 1;
        d.verdict.row.sha256 = rulebook_digest(d.book);
        d.verdict.base = live.version;
        d.verdict.wider = wider;
        d.verdict.narrower = 5;
        d.verdict.text = slice_of(rulebook_text(d.book));
        sodium_bin2hex(d.hex, sizeof d.hex, d.verdict.row.sha256.b, 32);
        return d;
}

/* Nobody may see the coat's name any more. */
static struct draft narrower(struct rig *r)
{
        return draft_of(
                r, "R1:", "N1: limit kind to anyone of anything because \"Names are private\"\nR1:", 0);
}

static struct draft wider(struct rig *r)
{
        return draft_of(r, "R4: show kind to preferred of online", "R4: show item to preferred of online", 7);
}

static struct message proposal(void)
{
        struct message m = {.type = MESSAGE_RULES_PROPOSE, .rules_propose = {.why = "because"}};
        m.rules_propose.text = slice_of("what the lab has read");
        return m;
}

/* Proposed by whoever asks at this console; the version is on disk afterwards. */
static void propose(struct rig *r, const struct digest *console, struct draft *d)
{
        struct message m = proposal();
        uint32_t labs = r->labs;
        assert_int_equal(ask(r, console, &m), 0);
        assert_int_equal(r->labs, labs + 1);
        assert_int_equal(r->lab.lab.what, LAB_JUDGE);
        rig_verdict(r, &d->verdict);
        assert_int_equal(r->lab.lab.what, LAB_TELL_VERSION);
        assert_int_equal(r->lab.lab.version, d->verdict.row.version);
        d->verdict.row = r->books[d->verdict.row.version - 1].row;
        assert_int_equal(d->verdict.row.state, BOOK_PROPOSED);
}

static struct message publication(const struct draft *d)
{
        struct message m = {.type = MESSAGE_RULES_PUBLISH};
        m.rules_publish.version = d->verdict.row.version;
        memcpy(m.rules_publish.sha256, d->hex, sizeof d->hex);
        return m;
}

/* Asks for it and gives the lab's verdict; the refusal's status, 0 when the lab tells how it went. */
static uint16_t publish(struct rig *r, const struct digest *console, struct draft *d)
{
        struct message m = publication(d);
        uint16_t status = ask(r, console, &m);
        if (status)
                return status;
        assert_int_equal(r->lab.lab.what, LAB_JUDGE);
        d->verdict.row = r->books[d->verdict.row.version - 1].row;
        r->status = 0;
        rig_verdict(r, &d->verdict);
        return r->answered == r->request ? r->status : 0;
}

static void drop(struct draft *d)
{
        rulebook_destroy(d->book);
}

static uint32_t live_version(const struct rig *r)
{
        struct hub_live live;
        hub_live(r->hub, &live);
        return live.version;
}

/* ---- swap ---- */
static void an_open_card_narrows_at_once(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r);
        assert_non_null(rig_frame(s.r, HANDHELD, "Navy coat"));
        propose(s.r, &s.eva, &d);
        assert_int_equal(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\""), 1);
        rig_forget_frames(s.r);
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        assert_int_equal(s.r->lab.lab.what, LAB_TELL_ALL);
        assert_int_equal(s.r->swaps, 2); /* the start's, and this one */
        assert_int_equal(live_version(s.r), 2);
        assert_int_equal(s.r->books[0].row.state, BOOK_PAST);
        assert_int_equal(s.r->books[1].row.state, BOOK_LIVE);
        assert_int_equal(s.r->books[1].row.approved_by, EVA);
        rig_wait(s.r, 1);
        const char *card = rig_frame(s.r, HANDHELD, "\"t\":\"card\"");
        assert_non_null(card);
        assert_non_null(strstr(card, "\"card\":1"));
        assert_null(strstr(card, "Navy coat"));
        assert_int_equal(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\""), 1);
        drop(&d);
}

/* N11: a card in which nothing changes comes anew as well, so a change tells nobody whom it is about. */
static void a_card_without_a_change_comes_anew_too(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = draft_of(s.r, "L4: limit tally to trainee", "L4: limit kind to trainee", 0);
        propose(s.r, &s.eva, &d);
        rig_forget_frames(s.r);
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        rig_wait(s.r, 1);
        assert_non_null(rig_frame(s.r, HANDHELD, "Navy coat"));
        assert_int_equal(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\""), 1);
        drop(&d);
}

/* What was computed before the swap and not yet released is computed again. */
static void no_card_leaves_under_the_old_rules(void **state)
{
        struct scene s = scene_of(state);
        struct digest bo;
        struct draft d = narrower(s.r);
        propose(s.r, &s.eva, &d);
        story_join(s.r, BO, true, &bo);
        rig_forget_frames(s.r);
        s.r->hold_commits = true;
        assert_int_equal(story_arrive(s.r, &bo), 0); /* decided under the old rules, on its way to the disk */
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        assert_int_equal(live_version(s.r), 1);
        struct rig_held arrival = s.r->held[0];
        memmove(s.r->held, s.r->held + 1, --s.r->n_held * sizeof arrival);
        rig_release_one(s.r); /* the publication */
        assert_int_equal(live_version(s.r), 2);
        s.r->held[s.r->n_held++] = arrival;
        s.r->hold_commits = false;
        rig_release(s.r);
        rig_wait(s.r, 1);
        assert_true(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\"") >= 2);
        assert_null(rig_frame(s.r, HANDHELD, "Navy coat"));
        drop(&d);
}

static void nothing_changes_before_it_is_durable(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r);
        propose(s.r, &s.eva, &d);
        uint32_t labs = s.r->labs, answers = s.r->answers;
        rig_forget_frames(s.r);
        s.r->hold_commits = true;
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        assert_int_equal(s.r->labs, labs + 1); /* the verdict was asked for, nothing told */
        assert_int_equal(s.r->answers, answers);
        assert_int_equal(live_version(s.r), 1);
        rig_wait(s.r, 3000);
        assert_null(rig_frame(s.r, HANDHELD, "\"t\":\"card\""));
        s.r->hold_commits = false;
        s.r->fail_commits = true;
        s.r->status = 0;
        rig_release(s.r);
        s.r->fail_commits = false;
        assert_int_equal(s.r->status, 503);
        assert_int_equal(live_version(s.r), 1);
        rig_wait(s.r, 1000);
        assert_null(rig_frame(s.r, HANDHELD, "\"t\":\"card\""));
        assert_int_equal(publish(s.r, &s.eva, &d), 0); /* and it can be tried again */
        assert_int_equal(live_version(s.r), 2);
        drop(&d);
}

/* The record is of what was on the screen, under the rules of that moment. */
static void a_disclosure_names_the_rules_of_its_card(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r);
        struct digest old = rulebook_digest(s.r->book);
        uint64_t seq = s.r->stream[s.r->n_stream - 1].seq;
        propose(s.r, &s.eva, &d);
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        rig_say(s.r, HANDHELD, MESSAGE_RENDERED, 1, seq);
        assert_memory_equal(&s.r->last_disclosure.disclosure.rulebook, &old, sizeof old);
        rig_wait(s.r, 1);
        rig_say(s.r, HANDHELD, MESSAGE_RENDERED, 1, s.r->stream[s.r->n_stream - 1].seq);
        assert_int_equal(s.r->disclosures, 2);
        assert_memory_equal(&s.r->last_disclosure.disclosure.rulebook, &d.verdict.row.sha256, sizeof old);
        drop(&d);
}

/* A card whose commit the disk refused is tried until it is taken. */
static void a_card_that_could_not_be_renewed_is_tried_again(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r);
        propose(s.r, &s.eva, &d);
        rig_forget_frames(s.r);
        s.r->hold_commits = true;
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        rig_release_one(s.r);
        assert_int_equal(live_version(s.r), 2);
        s.r->fail_commits = true;
        rig_release(s.r); /* the card's */
        s.r->hold_commits = false;
        rig_wait(s.r, 3000);
        assert_null(rig_frame(s.r, HANDHELD, "\"t\":\"card\""));
        s.r->fail_commits = false;
        rig_wait(s.r, 1500);
        assert_int_equal(rig_frames_of(s.r, HANDHELD, "\"t\":\"card\""), 1);
        drop(&d);
}

/* ---- who may ---- */
static void more_needs_a_second_manager(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = wider(s.r);
        propose(s.r, &s.eva, &d);
        assert_int_equal(publish(s.r, &s.eva, &d), 409);
        assert_true(story_says(s.r, "second_manager"));
        assert_int_equal(live_version(s.r), 1);
        assert_int_equal(publish(s.r, &s.jonas, &d), 0);
        assert_int_equal(live_version(s.r), 2);
        assert_int_equal(s.r->books[1].row.by, EVA);
        assert_int_equal(s.r->books[1].row.approved_by, JONAS);
        drop(&d);
}

/* The operator is one person: what a manager proposed she may publish, what she proposed a manager must. */
static void the_operator_is_one_person(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = wider(s.r);
        struct message m = proposal();
        s.r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(s.r, NULL, &m), 0);
        assert_int_equal(s.r->lab.lab.who, BOOK_BY_OPERATOR);
        rig_verdict(s.r, &d.verdict);
        m = publication(&d);
        s.r->face = FACE_OPERATOR;
        assert_int_equal(rig_request(s.r, NULL, &m), 0);
        d.verdict.row = s.r->books[1].row;
        rig_verdict(s.r, &d.verdict);
        assert_int_equal(s.r->status, 409);
        s.r->face = FACE_ANY;
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        assert_int_equal(live_version(s.r), 2);
        drop(&d);
}

static void who_may_not(void **state)
{
        struct scene s = scene_of(state);
        struct message look = {.type = MESSAGE_RULES}, keep = proposal();
        struct digest maria = rig_session(s.r, SESSION_CONSOLE, MARIA),
                      handheld = rig_session(s.r, SESSION_HANDHELD, EVA);
        uint32_t labs = s.r->labs;
        assert_int_equal(ask(s.r, NULL, &look), 401);
        assert_int_equal(ask(s.r, &maria, &look), 401);
        assert_int_equal(ask(s.r, &handheld, &look), 401);
        assert_int_equal(s.r->labs, labs);
        assert_int_equal(ask(s.r, &s.eva, &look), 0);
        assert_int_equal(s.r->lab.lab.what, LAB_TELL_ALL);
        rig_wait(s.r, 5 * MINUTE_MS); /* she has stepped up too long ago */
        labs = s.r->labs;
        assert_int_equal(ask(s.r, &s.eva, &keep), 403);
        assert_true(story_says(s.r, "step_up"));
        assert_int_equal(ask(s.r, &s.eva, &look), 0);
        assert_int_equal(s.r->labs, labs + 1);
}

/* ---- what it was compared with ---- */
static void other_rules_meanwhile_are_compared_anew(void **state)
{
        struct scene s = scene_of(state);
        struct draft first = narrower(s.r), second;
        propose(s.r, &s.eva, &first);
        second = draft_of(s.r, "L4: limit tally to trainee", "L4: limit kind to trainee", 0);
        propose(s.r, &s.eva, &second);
        assert_int_equal(publish(s.r, &s.eva, &first), 0);
        second.verdict.base = 2;
        second.verdict.wider = 9; /* beside the new rules it shows more */
        assert_int_equal(publish(s.r, &s.eva, &second), 409);
        assert_true(story_says(s.r, "live_changed"));
        assert_int_equal(s.r->books[2].row.base, 2);
        assert_int_equal(s.r->books[2].row.wider, 9);
        assert_int_equal(publish(s.r, &s.eva, &second), 409);
        assert_true(story_says(s.r, "second_manager"));
        assert_int_equal(publish(s.r, &s.jonas, &second), 0);
        assert_int_equal(live_version(s.r), 3);
        drop(&first);
        drop(&second);
}

static void what_is_refused(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r), same = draft_of(s.r, "R1:", "R1:", 0);
        struct message m = proposal();
        assert_int_equal(ask(s.r, &s.eva, &m), 0);
        rig_verdict(s.r, &same.verdict);
        assert_int_equal(s.r->status, 409);
        assert_true(story_says(s.r, "\"same\""));
        propose(s.r, &s.eva, &d);
        d.hex[0] = d.hex[0] == '0' ? '1' : '0';
        assert_int_equal(publish(s.r, &s.eva, &d), 409);
        assert_true(story_says(s.r, "other_text"));
        struct message away = {.type = MESSAGE_RULES_WITHDRAW, .rules_withdraw = {.version = 2}};
        assert_int_equal(ask(s.r, &s.jonas, &away), 0);
        rig_verdict(s.r, &d.verdict);
        assert_int_equal(s.r->books[1].row.state, BOOK_WITHDRAWN);
        d.hex[0] = d.hex[0] == '0' ? '1' : '0';
        sodium_bin2hex(d.hex, sizeof d.hex, d.verdict.row.sha256.b, 32);
        assert_int_equal(publish(s.r, &s.eva, &d), 409);
        assert_true(story_says(s.r, "not_proposed"));
        /* What the lab refuses is passed on as it is, and the next may begin. */
        struct book_verdict no = {.refused = 422, .body = "{\"error\":\"rules\"}", .len = 17};
        assert_int_equal(ask(s.r, &s.eva, &m), 0);
        rig_verdict(s.r, &no);
        assert_int_equal(s.r->status, 422);
        assert_int_equal(ask(s.r, &s.eva, &m), 0);
        assert_int_equal(s.r->lab.lab.what, LAB_JUDGE);
        assert_int_equal(live_version(s.r), 1);
        drop(&d);
        drop(&same);
}

/* A text that is not what its name says is never put in force, whoever says it. */
static void a_text_that_does_not_match_its_name_is_refused(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r), other = wider(s.r);
        propose(s.r, &s.eva, &d);
        d.verdict.text = other.verdict.text;
        assert_int_equal(publish(s.r, &s.eva, &d), 503);
        assert_int_equal(live_version(s.r), 1);
        drop(&d);
        drop(&other);
}

static void one_change_is_on_its_way_at_a_time(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r);
        struct message m = proposal();
        uint32_t labs = s.r->labs;
        assert_int_equal(ask(s.r, &s.eva, &m), 0);
        struct effect first = s.r->lab;
        assert_int_equal(ask(s.r, &s.jonas, &m), 0);
        assert_int_equal(s.r->labs, labs + 1); /* he waits */
        rig_verdict(s.r, &d.verdict);
        rig_wait(s.r, 1);
        assert_int_equal(s.r->lab.lab.what, LAB_JUDGE); /* his turn */
        assert_int_equal(s.r->lab.lab.who, JONAS);
        assert_true(s.r->lab.lab.ticket != first.lab.ticket);
        drop(&d);
}

/* ---- repeats ---- */
static void a_repeated_publication_is_told_how_it_stands(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r);
        struct uuid key = {{1, 2, 3, 4, 5, 6, 0x47, 8, 0x89}};
        propose(s.r, &s.eva, &d);
        s.r->key = &key;
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        struct message m = publication(&d);
        uint32_t labs = s.r->labs, swaps = s.r->swaps;
        assert_int_equal(ask(s.r, &s.eva, &m), 0);
        assert_int_equal(s.r->labs, labs + 1);
        assert_int_equal(s.r->lab.lab.what, LAB_TELL_ALL);
        assert_int_equal(s.r->swaps, swaps);
        m.rules_publish.version = 9;
        assert_int_equal(ask(s.r, &s.eva, &m), 422);
        drop(&d);
}

/* The text is part of what the key is for. */
static void a_key_is_for_one_text(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r);
        struct uuid key = {{9, 2, 3, 4, 5, 6, 0x47, 8, 0x89}};
        struct message m = proposal();
        s.r->key = &key;
        assert_int_equal(ask(s.r, &s.eva, &m), 0);
        rig_verdict(s.r, &d.verdict);
        assert_int_equal(s.r->n_books, 2);
        assert_int_equal(ask(s.r, &s.eva, &m), 0);
        assert_int_equal(s.r->lab.lab.what, LAB_TELL_VERSION);
        assert_int_equal(s.r->lab.lab.version, 2);
        m.rules_propose.text = slice_of("what the lab has reae");
        assert_int_equal(ask(s.r, &s.eva, &m), 422);
        s.r->key = NULL;
        drop(&d);
}

/* ---- starts ---- */
/* The publication is on disk, and the hub dies before any card was renewed: the device that comes back with
 * what it had gets the card anew. */
static void a_start_renews_what_was_shown_under_older_rules(void **state)
{
        struct scene s = scene_of(state);
        struct draft d = narrower(s.r);
        uint64_t seq = s.r->stream[s.r->n_stream - 1].seq;
        rig_wait(s.r, 1000);
        propose(s.r, &s.eva, &d);
        s.r->hold_commits = true;
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        rig_release_one(s.r);
        s.r->hold_commits = false;
        rig_restart(s.r);
        assert_int_equal(live_version(s.r), 2);
        rig_forget_frames(s.r);
        struct digest token = rig_session(s.r, SESSION_HANDHELD, MARIA);
        rig_open(s.r, 7, FACE_HANDHELD, &token);
        rig_hello(s.r, 7, EPOCH, seq);
        rig_wait(s.r, 1500);
        assert_non_null(rig_frame(s.r, 7, "\"resume\":true"));
        assert_int_equal(rig_frames_of(s.r, 7, "\"t\":\"card\""), 1);
        assert_null(rig_frame(s.r, 7, "Navy coat"));
        uint32_t stream = s.r->n_stream;
        rig_wait(s.r, 5000);
        assert_int_equal(s.r->n_stream, stream); /* once */
        drop(&d);
}

static void a_start_with_damaged_rules_hides_everything(void **state)
{
        struct scene s = scene_of(state);
        rig_say(s.r, HANDHELD, MESSAGE_ACCEPT, 1, 0); /* so that it stays with her */
        uint64_t seq = s.r->stream[s.r->n_stream - 1].seq;
        s.r->books[0].text[100] ^= 1; /* the store says so as well; the core looks for itself */
        rig_restart(s.r);
        struct hub_live live;
        hub_live(s.r->hub, &live);
        assert_null(live.book);
        assert_int_equal(live.version, 1);
        rig_forget_frames(s.r);
        struct digest token = rig_session(s.r, SESSION_HANDHELD, MARIA);
        rig_open(s.r, 7, FACE_HANDHELD, &token);
        rig_hello(s.r, 7, EPOCH, seq);
        rig_wait(s.r, 1500);
        const char *card = rig_frame(s.r, 7, "\"t\":\"card\"");
        assert_non_null(card);
        assert_null(strstr(card, "coat"));
        assert_null(strstr(card, "Anna"));
        /* A version that is sound brings the cards back. */
        struct draft d = narrower(s.r);
        d.verdict.base = 1;
        d.verdict.wider = 50;
        s.r->face = FACE_OPERATOR;
        struct message m = proposal();
        assert_int_equal(rig_request(s.r, NULL, &m), 0);
        rig_verdict(s.r, &d.verdict);
        s.r->face = FACE_ANY;
        rig_wait(s.r, 30 * SECOND_MS);
        step_up(s.r, &s.eva);
        rig_forget_frames(s.r);
        assert_int_equal(publish(s.r, &s.eva, &d), 0);
        rig_wait(s.r, 1500);
        assert_non_null(rig_frame(s.r, 7, "Anna"));
        drop(&d);
}

int main(void)
{
        const struct CMUnitTest tests[] = {STORY(an_open_card_narrows_at_once),
                STORY(a_card_without_a_change_comes_anew_too), STORY(no_card_leaves_under_the_old_rules),
                STORY(nothing_changes_before_it_is_durable), STORY(a_disclosure_names_the_rules_of_its_card),
                STORY(a_card_that_could_not_be_renewed_is_tried_again), STORY(more_needs_a_second_manager),
                STORY(the_operator_is_one_person), STORY(who_may_not),
                STORY(other_rules_meanwhile_are_compared_anew), STORY(what_is_refused),
                STORY(a_text_that_does_not_match_its_name_is_refused),
                STORY(one_change_is_on_its_way_at_a_time),
                STORY(a_repeated_publication_is_told_how_it_stands), STORY(a_key_is_for_one_text),
                STORY(a_start_renews_what_was_shown_under_older_rules),
                STORY(a_start_with_damaged_rules_hides_everything)};
        return cmocka_run_group_tests_name("core_book", tests, NULL, NULL);
}
