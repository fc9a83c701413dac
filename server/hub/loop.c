#include "server/hub/loop_state.h"

#include "proto/json.h"
#include "server/common/ids.h"
#include "server/common/log.h"
#include "server/common/memory.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define KEEP_FREE_BYTES (8 * 1024 * 1024)
#define GROW_BYTES      (1024 * 1024)
#define WIPE_MS         500

#define FD_LINK    0
#define FD_STORE   1
#define FD_SIGNAL  2
#define FD_CONTROL 3

/* ---- start and end ---- */
static void presence_settings(const struct config *c, struct presence_settings *out)
{
        int16_t floor = (int16_t)c->presence_floor_dbm, keep = (int16_t)c->presence_keep_dbm;
        *out = (struct presence_settings){.claims_most = (uint32_t)c->limits_claims,
                .dwell_ms = c->presence_dwell_s * (int32_t)SECOND_MS,
                .pause_ms = c->presence_pause_min * (int32_t)MINUTE_MS,
                .end_ms = c->presence_end_min * (int32_t)MINUTE_MS,
                .late_ms = c->presence_late_min * (int32_t)MINUTE_MS,
                .ceiling_ms = c->presence_ceiling_h * (int32_t)HOUR_MS,
                .floor_dbm = floor,
                .keep_dbm = keep < floor ? keep : floor};
        out->source[SOURCE_CHECK_IN].ttl_ms = c->visit_holds_h * (int32_t)HOUR_MS;
        out->source[SOURCE_WIFI].ttl_ms = c->presence_ttl_s * (int32_t)SECOND_MS;
        out->source[SOURCE_WIFI].grace_ms = c->presence_grace_s * (int32_t)SECOND_MS;
        out->source[SOURCE_WIFI].dwell = true;
}

static void controller_settings(const struct config *c, struct hub_controller *out)
{
        snprintf(out->name, sizeof(out->name), "%s", c->controller_name);
        snprintf(out->contact, sizeof(out->contact), "%s", c->controller_contact);
        snprintf(out->street, sizeof(out->street), "%s", c->controller_street);
        snprintf(out->country, sizeof(out->country), "%s", c->controller_country);
        snprintf(out->email, sizeof(out->email), "%s", c->controller_email);
        snprintf(out->phone, sizeof(out->phone), "%s", c->controller_phone);
        snprintf(out->policy, sizeof(out->policy), "%s", c->controller_policy);
        snprintf(out->jurisdiction, sizeof(out->jurisdiction), "%s", c->controller_jurisdiction);
}

void loop_settings(const struct config *c, const char *origin, struct hub_settings *out)
{
        *out = (struct hub_settings){
                .visits_most = (uint32_t)c->limits_visits,
                .peers_most = (uint32_t)c->limits_handhelds,
                .pending_most = 1024,
                .rung_ms = {[RUNG_OWN] = c->alert_answer_within_s * (int32_t)SECOND_MS,
                        [RUNG_ASK] = c->alert_ask_s * (int32_t)SECOND_MS,
                        [RUNG_STAND_IN] = c->alert_stand_in_s * (int32_t)SECOND_MS,
                        [RUNG_DEPARTMENT] = c->alert_department_s * (int32_t)SECOND_MS,
                        [RUNG_FLOOR] = c->alert_floor_s * (int32_t)SECOND_MS,
                        [RUNG_MANAGER] = c->alert_manager_s * (int32_t)SECOND_MS,
                        [RUNG_HANDED] = c->alert_answer_within_s * (int32_t)SECOND_MS},
                .rendered_within_ms = c->alert_rendered_within_s * (int32_t)SECOND_MS,
                .most_per_hour = (uint32_t)c->alert_most_per_hour,
                .least_gap_ms = c->alert_least_gap_s * (int32_t)SECOND_MS,
                .busy_most_ms = c->alert_busy_most_min * MINUTE_MS,
                .nobody_after_ms = c->alert_nobody_after_s * (int32_t)SECOND_MS,
                .release_tick_ms = c->alert_release_tick_ms,
                .one_handheld = c->handhelds_at_once == CONFIG_AT_ONCE_ONE,
                .keys_required = c->handhelds_key == CONFIG_KEY_REQUIRED,
                .pins = c->handhelds_pin == CONFIG_PIN_ON,
                .idle_ms = c->handhelds_idle_s * SECOND_MS,
                .signed_in_ms = c->handhelds_signed_in_h * HOUR_MS,
                .after_shift_ms = c->handhelds_after_shift_min * MINUTE_MS,
                .link_valid_ms = 10 * (int32_t)MINUTE_MS,
                .invite_valid_ms = c->consent_invite_h * HOUR_MS,
                .door_step_ms = c->door_step_s * (int32_t)SECOND_MS,
                .full_step_ms = c->door_full_step_s * (int32_t)SECOND_MS,
                .thanks_days = c->visit_thanks_days,
                .notes_most = (uint32_t)c->notes_most,
                .notes_keep_ms = c->notes_keep_days * DAY_MS,
                .note_bytes = (uint32_t)c->notes_bytes,
                .always_from = (uint8_t)c->consent_always_from,
                .purchase_months = c->keep_purchase_months,
                .visit_holds_ms = c->visit_holds_h * HOUR_MS,
                .consent_valid_ms = 365 * DAY_MS,
                .alerts_a_day = (uint8_t)c->visit_alerts_per_day,
                .open_minute = c->hours_open,
                .close_minute = c->hours_close,
                .settle_min = c->hours_settle_min,
                .last_call_min = c->hours_last_call_min,
                .devices_most = (uint32_t)c->limits_devices,
                .device_valid_days = c->presence_device_days,
                .agent_sweep_s = c->presence_sweep_s,
                .agent_settle_ms = c->presence_settle_ms,
                .agent_idle_s = c->presence_idle_s,
                .sign_missing = c->presence_sign == CONFIG_SIGN_MISSING,
                .joined_only = c->import_keep == CONFIG_KEEP_ENROLLED,
        };
        presence_settings(c, &out->presence);
        controller_settings(c, &out->controller);
        snprintf(out->origin, sizeof(out->origin), "%s", origin);
}

/* The page names all its files by their digests [P158], so that its own says what she saw. */
static bool digest_page(const char *path, struct digest *out)
{
        char block[4096];
        size_t n;
        crypto_hash_sha256_state state;
        FILE *file = path ? fopen(path, "re") : NULL;
        if (!file)
                return false;
        crypto_hash_sha256_init(&state);
        while ((n = fread(block, 1, sizeof(block), file)) > 0)
                crypto_hash_sha256_update(&state, (const uint8_t *)block, n);
        bool ok = !ferror(file);
        fclose(file);
        crypto_hash_sha256_final(&state, out->b);
        return ok;
}

/* What stands on every receipt. */
static void furnish(struct loop *l)
{
        const struct config *c = l->options->config;
        bool known = digest_page(l->options->page, &l->page);
        if (!known)
                LOG(LOG_WARN, "hub",
                        "the customers' page cannot be read, so receipts do not say which it was");
        l->house = (struct receipt_house){.name = c->controller_name[0] ? c->controller_name : c->store_name,
                .contact = c->controller_contact,
                .street = c->controller_street,
                .country = c->controller_country,
                .email = c->controller_email,
                .phone = c->controller_phone,
                .url = l->options->origin,
                .policy = c->controller_policy[0] ? c->controller_policy : l->options->origin,
                .jurisdiction = c->controller_jurisdiction,
                .store = c->store_id,
                .page = known ? &l->page : NULL};
}

static int open_store(struct loop *l)
{
        const struct config *c = l->options->config;
        struct store_error error;
        struct snapshot snapshot;
        struct store_options options = {.data_dir = c->data_dir,
                .store_id = c->store_id,
                .store_name = c->store_name,
                .zone = c->store_zone,
                .retention_months = c->keep_purchase_months,
                .import_slice_ms = c->import_batch_ms,
                .keep_enrolled = c->import_keep == CONFIG_KEEP_ENROLLED,
                .cache_bytes = 64u * 1024 * 1024,
                .check_whole = l->options->disk_failed,
                .ballast_bytes = (int64_t)c->data_ballast_mib * 1024 * 1024,
                .wake_fd = l->store_fd,
                .loop_helps = true,
                .book_text = rulebook_text(l->book),
                .book_name = "balanced",
                .house = &l->house,
                .page = l->options->page,
                .now = clock_wall(l->options->clock)};
        furnish(l);
        memcpy(options.currency, c->store_currency, sizeof(options.currency));
        wall_ms now = clock_wall(l->options->clock);
        if (store_open(&options, &l->store, &error) != 0 ||
                store_snapshot(l->store, now, clock_store_day(now), &snapshot, &error) != 0) {
                fprintf(stderr, "maitred: %s\n", error.text);
                return -1;
        }
        store_receipt_key(l->store, l->receipt_key);
        struct event ev = {.kind = EVENT_START, .start = {&snapshot}};
        loop_step(l, &ev);
        l->leak.newest = snapshot.remembered.leak_check;
        l->roster = snapshot.roster; /* kept for what hello tells */
        snapshot.roster = NULL;
        snapshot_free(&snapshot);
        return 0;
}

/* Head office's rulebook; NULL and 0 if none is named, -1 after a message. */
static int read_head_office(struct loop *l)
{
        const char *path = l->options->config->rules_head_office;
        struct rulebook_error error;
        if (!path[0])
                return 0;
        FILE *file = fopen(path, "re");
        l->head_office = file ? calloc(1, LAB_TEXT_MAX + 2) : NULL;
        size_t len = l->head_office ? fread(l->head_office, 1, LAB_TEXT_MAX + 1, file) : 0;
        bool bad = !l->head_office || ferror(file) || len > LAB_TEXT_MAX;
        if (file)
                fclose(file);
        if (bad) {
                fprintf(stderr,
                        "maitred: rules.head_office: %s cannot be read, or is longer than %d bytes; name "
                        "head "
                        "office's rulebook, or none\n",
                        path, LAB_TEXT_MAX);
                return -1;
        }
        struct rulebook *book = rulebook_parse((struct slice){l->head_office, len}, &error);
        if (!book)
                fprintf(stderr, "maitred: rules.head_office: %s:%d:%d: %s; mend it, or name none\n", path,
                        error.line, error.column, error.text);
        bad = !book;
        rulebook_destroy(book);
        return bad ? -1 : 0;
}

static int open_lab(struct loop *l)
{
        if (read_head_office(l) != 0)
                return -1;
        struct lab_options options = {.store = l->store,
                .wake_fd = l->store_fd,
                .head_office = l->head_office,
                .ctx = l,
                .answer = loop_answer,
                .verdict = loop_verdict};
        struct intake_options intake = {.store = l->store, .ctx = l, .answer = loop_answer};
        l->lab = lab_create(&options);
        l->intake = intake_create(&intake);
        if (!l->lab || !l->intake)
                fprintf(stderr, "maitred: not enough memory to start\n");
        return l->lab && l->intake ? 0 : -1;
}

static int open_weekly(struct loop *l)
{
        struct weekly_options options = {
                .store = l->store, .ctx = l, .answer = loop_answer, .mine = loop_mine};
        l->weekly = weekly_create(&options);
        if (!l->weekly)
                fprintf(stderr, "maitred: not enough memory to start\n");
        return l->weekly ? 0 : -1;
}

static int open_control(struct loop *l)
{
        struct control_calls calls;
        loop_operator_calls(l, &calls);
        struct control_error error;
        if (control_open(l->options->config->control_socket, &calls, &l->control, &error) == 0)
                return 0;
        fprintf(stderr, "maitred: %s\n", error.text);
        return -1;
}

static int open_records(struct loop *l, const struct hub_settings *settings)
{
        struct journal_error error;
        if (l->options->journal && journal_create(l->options->journal, settings, &l->journal, &error) != 0) {
                fprintf(stderr, "maitred: %s\n", error.text);
                return -1;
        }
        if (l->options->trace && !(l->trace = fopen(l->options->trace, "wxe"))) {
                fprintf(stderr, "maitred: the trace %s cannot be made (%s); name a new file\n",
                        l->options->trace, strerror(errno));
                return -1;
        }
        return 0;
}

static int take_signals(void)
{
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGTERM);
        sigaddset(&set, SIGINT);
        signal(SIGPIPE, SIG_IGN);
        return sigprocmask(SIG_BLOCK, &set, NULL) == 0 ? signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC) : -1;
}

/* Head office's bounds of the house rules; 0 if none are named, -1 after a message. */
static int read_house_bounds(const struct config *config, struct hub_settings *settings)
{
        const char *path = config->rules_house_bounds;
        char text[HOUSE_READ_MAX + 1];
        struct house_error error;
        if (!path[0])
                return 0;
        FILE *file = fopen(path, "re");
        size_t len = file ? fread(text, 1, sizeof(text), file) : 0;
        bool bad = !file || ferror(file);
        if (file)
                fclose(file);
        if (bad)
                fprintf(stderr,
                        "maitred: rules.house_bounds: %s cannot be read; name head office's bounds, or "
                        "none\n",
                        path);
        else if (house_parse_bounds((struct slice){text, len}, settings->house_bounds, &error) != 0)
                fprintf(stderr, "maitred: rules.house_bounds: %s:%d: %s. %s\n", path, error.line, error.text,
                        error.todo);
        else
                return 0;
        return -1;
}

static int begin(struct loop *l)
{
        struct hub_settings settings;
        loop_settings(l->options->config, l->options->origin, &settings);
        if (read_house_bounds(l->options->config, &settings) != 0)
                return LOOP_FAILED;
        l->signal_fd = take_signals();
        l->store_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        l->book = rulebook_balanced();
        l->hub = hub_create(&settings, l->book);
        if (!l->hub || !l->book || l->signal_fd < 0 || l->store_fd < 0 || ids_init() != 0 ||
                link_queue_init(&l->in, LINK_IN_BYTES) != 0 ||
                link_queue_init(&l->out, LINK_OUT_BYTES) != 0) {
                fprintf(stderr, "maitred: not enough memory or descriptors to start; lower limits.visits or "
                                "limits.handhelds\n");
                return LOOP_FAILED;
        }
        if (open_records(l, &settings) != 0)
                return LOOP_JOURNAL;
        if (open_store(l) != 0)
                return LOOP_STORE;
        struct prove_options prove = {.memory_mib = l->options->config->limits_password_mib,
                .passes = l->options->config->limits_password_passes,
                .wake_fd = l->store_fd};
        if (prove_open(&prove, &l->prove) != 0) {
                fprintf(stderr, "maitred: no thread for passwords could be started; raise the limit of "
                                "threads (TasksMax)\n");
                return LOOP_FAILED;
        }
        l->leak.opened = clock_mono();
        l->canary = canary_open(l->store, l->store_fd);
        if (!l->canary || open_lab(l) != 0 || open_weekly(l) != 0)
                return LOOP_FAILED;
        if (open_control(l) != 0)
                return LOOP_CONTROL;
        char body[300];
        struct json_out j;
        json_start(&j, body, sizeof(body));
        json_open(&j, NULL, '{');
        json_text(&j, "store", l->options->config->store_name);
        json_close(&j, '}');
        loop_to_front(l, LINK_HELLO, LINK_VERSION, 0, 0, body, j.len, NULL, 0);
        loop_write_front(l);
        if (l->options->ready_fd >= 0) {
                if (write(l->options->ready_fd, "h", 1) != 1)
                        return LOOP_FAILED;
                close(l->options->ready_fd);
        }
        return 0;
}

/* NULL: as long as nothing comes. */
static const struct timespec *timeout_of(const struct loop *l, struct timespec *left)
{
        mono_ms deadline = hub_deadline(l->hub);
        int64_t at_us = deadline == INT64_MAX ? INT64_MAX : deadline == INT64_MIN ? 0 : deadline * 1000;
        at_us = l->store_next_us < at_us ? l->store_next_us : at_us;
        if (at_us == INT64_MAX)
                return NULL;
        int64_t us = at_us - clock_mono_us();
        us = us < 0 ? 0 : us > 60000000 ? 60000000 : us;
        *left = (struct timespec){us / 1000000, us % 1000000 * 1000};
        return left;
}

static void stay_together(struct loop *l)
{
        pid_t threads[2];
        store_threads(l->store, threads);
        together_add(&l->together, threads[0]);
        together_add(&l->together, threads[1]);
        together_look(&l->together, clock_mono_us());
}

/* Of strangers nothing stays, not on the stack either; the sweep's tick comes once a second. */
static void wipe_now_and_then(struct loop *l)
{
        if (clock_mono() < l->wipe_at)
                return;
        memory_wipe_stack();
        l->wipe_at = clock_mono() + WIPE_MS;
}

/* Once each time: the core has no log of its own. */
static void say_doubt(struct loop *l)
{
        bool doubted = hub_doubts_clock(l->hub);
        if (doubted && !l->clock_doubted)
                log_write(LOG_WARN, "clock",
                        "the clock is more than 31 days ahead of when this hub last ran: "
                        "set it right, or in 6 hours what is too old by it is deleted",
                        NULL, 0);
        l->clock_doubted = doubted;
}

static void turn(struct loop *l)
{
        struct pollfd fds[FD_CONTROL + CONTROL_FDS_MAX];
        size_t waiting;
        link_queue_waiting(&l->out, &waiting);
        fds[FD_LINK] = (struct pollfd){l->link_fd, (short)(POLLIN | (waiting ? POLLOUT : 0)), 0};
        fds[FD_STORE] = (struct pollfd){l->store_fd, POLLIN, 0};
        fds[FD_SIGNAL] = (struct pollfd){l->signal_fd, POLLIN, 0};
        size_t n = control_fds(l->control, fds + FD_CONTROL);
        struct timespec left;
        if (ppoll(fds, FD_CONTROL + n, timeout_of(l, &left), NULL) < 0 && errno != EINTR) {
                loop_end(l, LOOP_FAILED);
                return;
        }
        if (fds[FD_SIGNAL].revents)
                loop_end(l, LOOP_STOPPED);
        if (fds[FD_STORE].revents) { /* all three wake by the same number */
                loop_drain_store(l);
                loop_drain_prove(l);
                lab_drain(l->lab);
        }
        if (fds[FD_LINK].revents & (POLLIN | POLLHUP | POLLERR))
                loop_read_front(l);
        control_serve(l->control, fds + FD_CONTROL, n);
        loop_leak_turn(l);
        if (clock_mono() >= hub_deadline(l->hub)) {
                struct event ev = {.kind = EVENT_TICK};
                loop_step(l, &ev);
        }
        say_doubt(l);
        wipe_now_and_then(l);
        weekly_turn(l->weekly);
        loop_write_front(l);
        loop_help_store(l);
        loop_write_front(l);
        stay_together(l);
}

int loop_run(const struct loop_options *options, int link_fd)
{
        /* What a turn frees the next one takes again: to give it back to the system each time costs more. And
         * one heap for all threads, which grows a mebibyte at a time: that of a thread's own asks the system
         * for every page. */
        mallopt(M_TRIM_THRESHOLD, KEEP_FREE_BYTES);
        mallopt(M_ARENA_MAX, 1);
        mallopt(M_TOP_PAD, GROW_BYTES);
        struct loop *l = calloc(1, sizeof(*l));
        if (!l)
                return LOOP_FAILED;
        l->options = options;
        l->link_fd = link_fd;
        l->signal_fd = l->store_fd = -1;
        l->store_next_us = 0; /* what the start committed */
        int result = begin(l);
        if (result == 0) {
                LOG(LOG_NOTE, "hub", "the hub is ready");
                if (!hub_is_managed(l->hub))
                        LOG(LOG_NOTE, "hub",
                                "nobody manages this store yet: maitrectl first prints the link to begin "
                                "with");
                together_begin(&l->together);
                while (!l->stop)
                        turn(l);
                result = l->result;
        }
        control_close(l->control);
        prove_close(l->prove);
        canary_close(l->canary);
        lab_close(l->lab);
        intake_close(l->intake);
        weekly_close(l->weekly);
        free(l->head_office);
        store_close(l->store);
        journal_close(l->journal);
        if (l->trace)
                fclose(l->trace);
        hub_destroy(l->hub);
        rulebook_destroy(l->book);
        link_queue_finish(&l->in);
        link_queue_finish(&l->out);
        free(l->roster);
        if (l->signal_fd >= 0)
                close(l->signal_fd);
        if (l->store_fd >= 0)
                close(l->store_fd);
        close(link_fd);
        free(l);
        return result;
}
