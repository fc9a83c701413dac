#include "tests/leaks/day.h"

#include <stdio.h>
#include <string.h>

#define ALL_CATEGORIES                                                                                       \
        (CATEGORY_BIT(CATEGORY_INSTORE) | CATEGORY_BIT(CATEGORY_ONLINE) |                                    \
                CATEGORY_BIT(CATEGORY_OTHER_STORES) | CATEGORY_BIT(CATEGORY_SIZES))

const char *op_name(enum op_kind kind)
{
        static const char *const names[OP_KINDS] = {"arrive", "tell", "share", "accept", "with_her", "busy",
                "not_here", "hand_over", "done", "strike", "talk", "again", "anew", "behind", "second",
                "rendered", "cleared", "wait", "stop", "leaving", "not_today", "board", "sales", "invite",
                "preview", "sensed", "wrong_card", "passed", "other", "publish", "restart", "watch"};
        return names[kind];
}

/* ---- what is planned ---- */
static void plan_op(struct plan *p, enum op_kind kind, uint32_t value)
{
        if (p->n < OPS_MAX)
                p->ops[p->n++] = (struct op){kind, value};
}

static uint32_t random_categories(struct chance *c)
{
        uint32_t set = chance_of(c, 90) ? CATEGORY_BIT(CATEGORY_INSTORE) : 0;
        set |= chance_of(c, 60) ? CATEGORY_BIT(CATEGORY_ONLINE) : 0;
        set |= chance_of(c, 40) ? CATEGORY_BIT(CATEGORY_OTHER_STORES) : 0;
        return set | (chance_of(c, 70) ? CATEGORY_BIT(CATEGORY_SIZES) : 0);
}

/* What may happen while she stays with her associate; and what makes her card go on. */
static enum op_kind random_op(struct chance *c, bool strikes)
{
        static const enum op_kind stays[] = {OP_TELL, OP_SHARE, OP_ACCEPT, OP_WITH_HER, OP_AGAIN, OP_ANEW,
                OP_BEHIND, OP_SECOND, OP_RENDERED, OP_CLEARED, OP_BOARD, OP_SALES, OP_INVITE, OP_PREVIEW,
                OP_SENSED, OP_WRONG_CARD, OP_OTHER, OP_PUBLISH, OP_RESTART};
        static const enum op_kind moves[] = {OP_BUSY, OP_NOT_HERE, OP_HAND_OVER, OP_DONE, OP_WAIT, OP_STOP,
                OP_LEAVING, OP_NOT_TODAY, OP_ARRIVE, OP_PASSED};
        if (strikes && chance_of(c, 30))
                return chance_of(c, 70) ? OP_STRIKE : OP_TALK;
        if (!strikes && chance_of(c, 30))
                return moves[chance_below(c, 10)];
        return stays[chance_below(c, 19)];
}

static void add_scene(struct plan *p, uint32_t book, uint32_t categories, enum seen seen)
{
        struct twins *t = &p->twins;
        for (uint32_t i = 0; i < t->n_scenes; i++)
                if (t->scenes[i].book == &p->books[book] && t->scenes[i].categories == categories &&
                        t->scenes[i].seen == seen)
                        return;
        if (t->n_scenes < SCENES_MAX)
                t->scenes[t->n_scenes++] = (struct scene_of_day){&p->books[book], categories, seen};
}

/* Every state of book and consent that the watcher looks at. */
static void scenes(struct plan *p)
{
        uint32_t categories = p->categories, book = 0;
        bool watching = !p->late;
        p->twins.n_scenes = 0;
        if (watching)
                add_scene(p, book, categories, SEEN_CHECKED_IN);
        for (uint32_t i = 0; i < p->n; i++) {
                if (p->ops[i].kind == OP_SHARE)
                        categories = p->ops[i].value;
                if (p->ops[i].kind == OP_PUBLISH)
                        book = p->ops[i].value;
                if (p->ops[i].kind == OP_WATCH)
                        watching = true;
                else if (watching)
                        add_scene(p, book, categories,
                                p->ops[i].kind == OP_SENSED ? SEEN_SENSED : SEEN_CHECKED_IN);
        }
}

static void plan_middle(struct chance *c, struct plan *p)
{
        for (uint32_t n = 2 + chance_below(c, 7); n > 0; n--) {
                enum op_kind kind = random_op(c, p->twins.strikes);
                uint32_t value = chance_below(c, 1000);
                if (kind == OP_SHARE)
                        value = random_categories(c);
                if (kind == OP_RESTART && chance_of(c, 80))
                        kind = OP_AGAIN; /* a hub is dear to start */
                if (kind == OP_PUBLISH && p->n_books < BOOKS_MAX) {
                        if (chance_of(c, 70))
                                book_narrower(c, &p->books[p->n_books - 1], &p->books[p->n_books]);
                        else
                                book_random(c, &p->books[p->n_books]);
                        value = p->n_books++;
                } else if (kind == OP_PUBLISH) {
                        continue;
                }
                plan_op(p, kind, value);
        }
}

/* Late: she looks only after something was narrowed, and must not see what it was narrowed from. */
static void plan_late(struct chance *c, struct plan *p)
{
        plan_op(p, OP_ARRIVE, 0);
        if (chance_of(c, 50))
                plan_op(p, OP_ACCEPT, 0);
        plan_op(p, OP_WATCH, 0);
        if (chance_of(c, 50)) {
                plan_op(p, OP_SHARE, p->categories & random_categories(c) & random_categories(c));
        } else {
                book_narrower(c, &p->books[0], &p->books[1]);
                p->n_books = 2;
                plan_op(p, OP_PUBLISH, 1);
        }
}

void plan_random(struct chance *c, struct plan *p)
{
        p->n = 0;
        p->n_books = 1;
        p->late = chance_of(c, 15);
        static const enum who often[] = {
                SELLER, SELLER, CHOSEN, CHOSEN, SHOES, SHOES, TRAINEE, MANAGER, MANAGER};
        p->watched = often[chance_below(c, 9)];
        p->preferred = p->watched != MANAGER && chance_of(c, 60);
        bool local = p->watched != MANAGER;
        p->evidence = local || chance_of(c, 30) ? p->watched : SELLER;
        /* She strikes what she is shown, and that is the card of who has it. */
        p->twins.strikes = !p->late && p->evidence == p->watched && chance_of(c, 30);
        if (!p->twins.strikes && !p->late && chance_of(c, 8)) { /* viewers whom no card of hers reaches */
                p->watched = chance_of(c, 50) ? ELSEWHERE : SECOND_MANAGER;
                p->preferred = chance_of(c, 30);
                p->evidence = SELLER;
                plan_op(p, OP_PREVIEW, 0);
        }
        p->categories = random_categories(c);
        book_random(c, &p->books[0]);
        p->twins.watcher = twin_house_watcher(p->watched, p->preferred);
        if (p->late)
                plan_late(c, p);
        else
                plan_op(p, OP_ARRIVE, chance_below(c, 1000));
        if (p->evidence != p->watched && chance_of(c, 70))
                plan_op(p, OP_PASSED, 0);
        plan_middle(c, p);
        scenes(p);
        twins_first(c, &p->twins);
        twins_second(c, &p->twins);
}

/* ---- what happens ---- */
struct scene_of_op {
        const struct plan *plan;
        struct twin_house *house;
        struct customer *customer;
        uint32_t id;
        struct op op;
};

static void say_card(struct twin_house *h, enum who who, enum message_type type, uint32_t card)
{
        struct message m = {.type = type};
        m.accept.card = card ? card : 1;
        twin_house_say(h, PEER_OF(who), &m);
}

static void come_back(const struct scene_of_op *s, bool old, uint64_t behind)
{
        enum who w = s->plan->watched;
        struct twin_house *h = s->house;
        twin_house_hang_up(h, PEER_OF(w));
        uint64_t seq = h->seq[w] > behind ? h->seq[w] - behind : 0;
        twin_house_connect(h, PEER_OF(w), w, false, w == MANAGER || w == SECOND_MANAGER, old, old ? seq : 0);
}

static void strike(struct twin_house *h, const struct customer *who, uint32_t line, const char *how)
{
        struct message m = {.type = MESSAGE_MY_CARD};
        twin_house_ask(h, &who->phone, FACE_CUSTOMER, &m);
        const char *mark = strstr(h->body, "\"preview\":\"");
        if (!mark)
                return;
        m = (struct message){.type = MESSAGE_STRIKE};
        m.strike.line = 1 + line % 5;
        snprintf(m.strike.preview, sizeof m.strike.preview, "%.32s", mark + 11);
        snprintf(m.strike.how, sizeof m.strike.how, "%s", how);
        twin_house_ask(h, &who->phone, FACE_CUSTOMER, &m);
}

static void answered(struct twin_house *h)
{
        char head[17];
        if (!h->listening)
                return;
        snprintf(head, sizeof head, "\nA%05u %7u:", (unsigned)h->status, (unsigned)strlen(h->body));
        struct log *l = &h->log;
        size_t n = strlen(h->body);
        if (l->len + n + 16 > l->room)
                return; /* the frames' log grows in larger steps than any answer */
        memcpy(l->bytes + l->len, head, 16);
        memcpy(l->bytes + l->len + 16, h->body, n);
        l->len += n + 16;
        l->answers++;
}

static void preview(struct twin_house *h, uint32_t id, bool sensed)
{
        struct message m = {.type = MESSAGE_PREVIEW};
        snprintf(m.preview.customer, sizeof m.preview.customer, "%u", (unsigned)id);
        snprintf(m.preview.associate, sizeof m.preview.associate, "%d", (int)h->watched);
        m.preview.sensed = sensed;
        twin_house_ask(h, NULL, FACE_OPERATOR, &m);
        answered(h);
}

static void arrive(struct twin_house *h, const struct customer *who, uint32_t value)
{
        static const char *const busy[] = {"", "wait", "other", "look"};
        struct message m = {.type = MESSAGE_ARRIVE};
        twin_house_door(h, m.arrive.code);
        snprintf(m.arrive.hint, sizeof m.arrive.hint, "%s", value % 3 ? "green coat" : "");
        snprintf(m.arrive.wish, sizeof m.arrive.wish, "%s", value % 2 ? "a winter coat" : "");
        snprintf(m.arrive.if_busy, sizeof m.arrive.if_busy, "%s", busy[value % 4]);
        twin_house_ask(h, &who->phone, FACE_CUSTOMER, &m);
}

static void share(struct twin_house *h, const struct customer *who, uint32_t categories)
{
        struct message m = {.type = MESSAGE_SHARE};
        m.share.instore = categories & CATEGORY_BIT(CATEGORY_INSTORE);
        m.share.online = categories & CATEGORY_BIT(CATEGORY_ONLINE);
        m.share.other_stores = categories & CATEGORY_BIT(CATEGORY_OTHER_STORES);
        m.share.sizes = categories & CATEGORY_BIT(CATEGORY_SIZES);
        twin_house_wait(h, 1000);
        twin_house_ask(h, &who->phone, FACE_CUSTOMER, &m);
}

static void simple(struct twin_house *h, const struct customer *who, enum message_type type)
{
        struct message m = {.type = type};
        twin_house_ask(h, &who->phone, FACE_CUSTOMER, &m);
}

static void board(struct twin_house *h)
{
        struct message m = {.type = MESSAGE_BOARD};
        twin_house_ask(h, &h->tokens[MANAGER], FACE_CONSOLE, &m);
        answered(h);
}

static void do_arrive(const struct scene_of_op *s)
{
        arrive(s->house, s->customer, s->op.value);
}

static void do_tell(const struct scene_of_op *s)
{
        struct message m = {.type = MESSAGE_TELL};
        snprintf(m.tell.hint, sizeof m.tell.hint, "red hat");
        snprintf(m.tell.meet, sizeof m.tell.meet, "Shoes, floor 2");
        twin_house_ask(s->house, &s->customer->phone, FACE_CUSTOMER, &m);
}

static void do_share(const struct scene_of_op *s)
{
        share(s->house, s->customer, s->op.value);
}

static void do_reply(const struct scene_of_op *s)
{
        static const enum message_type types[OP_KINDS] = {[OP_ACCEPT] = MESSAGE_ACCEPT,
                [OP_WITH_HER] = MESSAGE_WITH_HER,
                [OP_BUSY] = MESSAGE_BUSY,
                [OP_NOT_HERE] = MESSAGE_NOT_HERE,
                [OP_HAND_OVER] = MESSAGE_HAND_OVER,
                [OP_DONE] = MESSAGE_DONE};
        say_card(s->house, s->plan->watched, types[s->op.kind], s->house->card[s->plan->watched]);
}

static void do_strike(const struct scene_of_op *s)
{
        strike(s->house, s->customer, s->op.value, s->op.kind == OP_STRIKE ? "hide" : "talk");
}

static void do_again(const struct scene_of_op *s)
{
        come_back(s, s->op.kind != OP_ANEW, s->op.kind == OP_BEHIND ? 1 + s->op.value % 4 : 0);
}

static void do_second(const struct scene_of_op *s)
{
        enum who w = s->plan->watched;
        twin_house_hang_up(s->house, SECOND_OF(w));
        twin_house_connect(s->house, SECOND_OF(w), w, true, false, false, 0);
}

static void do_screen(const struct scene_of_op *s)
{
        const struct twin_house *h = s->house;
        enum who w = s->plan->watched;
        struct message m = {.type = s->op.kind == OP_RENDERED ? MESSAGE_RENDERED : MESSAGE_CLEARED};
        m.rendered.card = h->card[w] ? h->card[w] : 1;
        m.rendered.seq = (int64_t)(h->card_seq[w] ? h->card_seq[w] : 1);
        twin_house_say(s->house, PEER_OF(w), &m);
}

static void do_wait(const struct scene_of_op *s)
{
        twin_house_wait(s->house, 5000 + 30000 * (s->op.value % 4));
}

static void do_simple(const struct scene_of_op *s)
{
        static const enum message_type types[OP_KINDS] = {
                [OP_STOP] = MESSAGE_STOP, [OP_LEAVING] = MESSAGE_LEAVING, [OP_NOT_TODAY] = MESSAGE_NOT_TODAY};
        simple(s->house, s->customer, types[s->op.kind]);
}

static void do_board(const struct scene_of_op *s)
{
        if (s->plan->watched == MANAGER)
                board(s->house);
}

static void do_sales(const struct scene_of_op *s)
{
        struct message m = {.type = MESSAGE_SALES};
        twin_house_say(s->house, PEER_OF(s->plan->watched), &m);
}

static void do_invite(const struct scene_of_op *s)
{
        struct message m = {.type = MESSAGE_INVITE};
        m.invite.sale = 1 + s->op.value % 3;
        twin_house_say(s->house, PEER_OF(s->plan->watched), &m);
}

static void do_preview(const struct scene_of_op *s)
{
        preview(s->house, s->id, s->op.kind == OP_SENSED);
}

static void do_wrong_card(const struct scene_of_op *s)
{
        say_card(s->house, s->plan->watched, MESSAGE_ACCEPT, 90000 + s->op.value);
}

static void do_passed(const struct scene_of_op *s)
{
        say_card(s->house, (enum who)s->plan->evidence, MESSAGE_HAND_OVER, s->house->card[s->plan->evidence]);
}

static void do_other(const struct scene_of_op *s)
{
        arrive(s->house, &s->house->customers[CUSTOMER_OTHER], s->op.value);
        simple(s->house, &s->house->customers[CUSTOMER_OTHER], MESSAGE_STOP);
}

static void do_publish(const struct scene_of_op *s)
{
        twin_house_publish(s->house, s->plan->books[s->op.value].text);
}

static void do_restart(const struct scene_of_op *s)
{
        twin_house_restart(s->house);
        twin_house_everybody(s->house);
}

static void do_watch(const struct scene_of_op *s)
{
        twin_house_watch(s->house, s->plan->watched);
}

static void (*const does[OP_KINDS])(const struct scene_of_op *) = {[OP_ARRIVE] = do_arrive,
        [OP_TELL] = do_tell,
        [OP_SHARE] = do_share,
        [OP_ACCEPT] = do_reply,
        [OP_WITH_HER] = do_reply,
        [OP_BUSY] = do_reply,
        [OP_NOT_HERE] = do_reply,
        [OP_HAND_OVER] = do_reply,
        [OP_DONE] = do_reply,
        [OP_STRIKE] = do_strike,
        [OP_TALK] = do_strike,
        [OP_AGAIN] = do_again,
        [OP_ANEW] = do_again,
        [OP_BEHIND] = do_again,
        [OP_SECOND] = do_second,
        [OP_RENDERED] = do_screen,
        [OP_CLEARED] = do_screen,
        [OP_WAIT] = do_wait,
        [OP_STOP] = do_simple,
        [OP_LEAVING] = do_simple,
        [OP_NOT_TODAY] = do_simple,
        [OP_BOARD] = do_board,
        [OP_SALES] = do_sales,
        [OP_INVITE] = do_invite,
        [OP_PREVIEW] = do_preview,
        [OP_SENSED] = do_preview,
        [OP_WRONG_CARD] = do_wrong_card,
        [OP_PASSED] = do_passed,
        [OP_OTHER] = do_other,
        [OP_PUBLISH] = do_publish,
        [OP_RESTART] = do_restart,
        [OP_WATCH] = do_watch};

void plan_run(const struct plan *p, struct twin_house *h, uint32_t id, const struct store *store)
{
        twin_house_watch(h, p->watched);
        if (p->late)
                twin_house_unwatch(h);
        twin_house_publish(h, p->books[0].text);
        twin_house_customer(h, id, store, p->categories, p->preferred ? p->watched : 0, p->evidence);
        if (!h->customers[CUSTOMER_OTHER].row.id) {
                twin_house_customer(h, CUSTOMER_OTHER, NULL, ALL_CATEGORIES, 0, CHOSEN);
                twin_house_everybody(h);
        }
        for (uint32_t i = 0; i < p->n; i++) {
                struct scene_of_op s = {p, h, &h->customers[id], id, p->ops[i]};
                does[s.op.kind](&s);
        }
        struct message m = {.type = MESSAGE_STOP};
        m.stop.everything = true;
        twin_house_ask(h, &h->customers[id].phone, FACE_CUSTOMER, &m);
        twin_house_hang_up(h, SECOND_OF(p->watched));
        if (p->watched == MANAGER)
                board(h);
        twin_house_unwatch(h);
}
