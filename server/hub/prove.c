#include "server/hub/prove.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/common/ids.h"
#include "server/common/log.h"

#define PIN_MIB_LEAST    19
#define PIN_PASSES_LEAST 2

#define PLACES (PROVE_WAITING_MOST + 1) /* and one that runs */

enum place_state { PLACE_FREE, PLACE_WAITS, PLACE_RUNS, PLACE_DONE };

struct place {
        enum place_state state;
        uint64_t turn; /* the lowest is next */
        struct effect task;
        struct proved result;
};

struct prove {
        struct prove_options options;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t more;
        bool stop;
        uint64_t turns;
        struct place places[PLACES];
        /* Of no password: whoever has no account is looked at as long as if she had. The thread's only. */
        char nobody[crypto_pwhash_STRBYTES];
};

_Static_assert(crypto_pwhash_STRBYTES <= MANAGER_HASH_MAX, "a hash has its room");

/* ---- the second factor ---- */
void prove_code(const uint8_t *key, size_t len, int64_t step, char out[7])
{
        uint8_t counter[8], mac[EVP_MAX_MD_SIZE] = {0};
        unsigned mac_len = 0;
        for (int i = 0; i < 8; i++)
                counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
        HMAC(EVP_sha1(), key, (int)len, counter, sizeof counter, mac, &mac_len);
        /* RFC 4226, 5.3: four bytes from where the last one points, without the sign. */
        const uint8_t *at = mac + (mac[19] & 15);
        uint32_t number = (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
                          (uint32_t)at[3];
        snprintf(out, 7, "%06u", number % 1000000);
        sodium_memzero(mac, sizeof mac);
}

int64_t prove_step(const uint8_t *key, size_t len, int64_t now, const char code[7])
{
        int64_t found = 0;
        for (int64_t step = now - 1; step <= now + 1; step++) {
                char right[7];
                prove_code(key, len, step, right);
                if (sodium_memcmp(right, code, sizeof right) == 0)
                        found = step;
                sodium_memzero(right, sizeof right);
        }
        return found;
}

/* ---- the thread ---- */
static bool hash_at(const char *password, int passes, int mib, char *out)
{
        return crypto_pwhash_str(out, password, strlen(password), (unsigned long long)passes,
                       (size_t)mib * 1024 * 1024) == 0;
}

static bool make_hash(const struct prove *prove, const char *password, char *out)
{
        return hash_at(password, prove->options.passes, prove->options.memory_mib, out);
}

/* A PIN is short: it costs so much at least, whatever the settings say [P97]. */
static bool make_pin_hash(const struct prove *prove, const char *pin, char *out)
{
        int passes = prove->options.passes, mib = prove->options.memory_mib;
        return hash_at(pin, passes < PIN_PASSES_LEAST ? PIN_PASSES_LEAST : passes,
                mib < PIN_MIB_LEAST ? PIN_MIB_LEAST : mib, out);
}

static void nobodys_hash(struct prove *prove)
{
        uint8_t bytes[24];
        char password[sizeof bytes * 2 + 1];
        ids_random(bytes, sizeof bytes);
        sodium_bin2hex(password, sizeof password, bytes, sizeof bytes);
        if (!make_hash(prove, password, prove->nobody))
                LOG(LOG_ERROR, "prove",
                        "there is not enough memory to look at passwords; lower limits.password_mib");
        sodium_memzero(password, sizeof password);
}

/* False: there was no memory for it. */
static bool carry_out(struct prove *prove, const struct effect *task, struct proved *result)
{
        const struct manager_secret *secret = &task->prove.secret;
        const char *password = task->prove.password;
        bool looked;
        switch (task->prove.what) {
        case PROVE_BEGIN:
                ids_random(result->made.totp, sizeof result->made.totp);
                return true;
        case PROVE_SET:
                result->step =
                        prove_step(secret->totp, sizeof secret->totp, task->prove.step, task->prove.code);
                result->right = true;
                return result->step == 0 || make_hash(prove, password, result->made.hash);
        case PROVE_PIN_SET:
                errno = 0;
                result->right =
                        secret->hash[0] == 0 || crypto_pwhash_str_verify(secret->hash, task->prove.code,
                                                        strlen(task->prove.code)) == 0;
                return result->right ? make_pin_hash(prove, password, result->made.hash) : errno != ENOMEM;
        case PROVE_PIN:
        case PROVE_CHECK:
                if (!prove->nobody[0])
                        nobodys_hash(prove); /* at the first try after a start, whosever it is */
                errno = 0;                   /* libsodium says EINVAL for another password */
                result->right = crypto_pwhash_str_verify(secret->hash[0] ? secret->hash : prove->nobody,
                                        password, strlen(password)) == 0 &&
                                secret->hash[0] != 0;
                looked = errno != ENOMEM;
                result->step =
                        prove_step(secret->totp, sizeof secret->totp, task->prove.step, task->prove.code);
                return looked;
        }
        return false;
}

static struct place *next_place(struct prove *prove, enum place_state state)
{
        struct place *next = NULL;
        for (size_t i = 0; i < PLACES; i++) {
                struct place *p = &prove->places[i];
                if (p->state == state && (!next || p->turn < next->turn))
                        next = p;
        }
        return next;
}

static void done(struct prove *prove)
{
        static const uint64_t one = 1;
        if (write(prove->options.wake_fd, &one, sizeof one) < 0)
                LOG(LOG_WARN, "prove", "the loop could not be woken");
}

static void *work(void *arg)
{
        struct prove *prove = arg;
        pthread_mutex_lock(&prove->lock);
        while (!prove->stop) {
                struct place *p = next_place(prove, PLACE_WAITS);
                if (!p) {
                        pthread_cond_wait(&prove->more, &prove->lock);
                        continue;
                }
                p->state = PLACE_RUNS;
                pthread_mutex_unlock(&prove->lock);
                p->result = (struct proved){0};
                p->result.busy = !carry_out(prove, &p->task, &p->result);
                ids_wipe(&p->task.prove.password, sizeof p->task.prove.password);
                ids_wipe(&p->task.prove.code, sizeof p->task.prove.code);
                ids_wipe(&p->task.prove.secret, sizeof p->task.prove.secret);
                pthread_mutex_lock(&prove->lock);
                p->state = PLACE_DONE;
                done(prove);
        }
        pthread_mutex_unlock(&prove->lock);
        return NULL;
}

int prove_open(const struct prove_options *options, struct prove **out)
{
        struct prove *prove = calloc(1, sizeof *prove);
        *out = prove;
        if (!prove)
                return -1;
        prove->options = *options;
        pthread_mutex_init(&prove->lock, NULL);
        pthread_cond_init(&prove->more, NULL);
        if (pthread_create(&prove->thread, NULL, work, prove) == 0)
                return 0;
        pthread_mutex_destroy(&prove->lock);
        pthread_cond_destroy(&prove->more);
        free(prove);
        *out = NULL;
        return -1;
}

void prove_close(struct prove *prove)
{
        if (!prove)
                return;
        pthread_mutex_lock(&prove->lock);
        prove->stop = true;
        pthread_cond_signal(&prove->more);
        pthread_mutex_unlock(&prove->lock);
        pthread_join(prove->thread, NULL);
        pthread_mutex_destroy(&prove->lock);
        pthread_cond_destroy(&prove->more);
        ids_wipe(prove, sizeof *prove);
        free(prove);
}

int prove_submit(struct prove *prove, struct effect *effect)
{
        pthread_mutex_lock(&prove->lock);
        struct place *p = next_place(prove, PLACE_FREE);
        if (p) {
                p->task = *effect;
                p->turn = ++prove->turns;
                p->state = PLACE_WAITS;
                pthread_cond_signal(&prove->more);
        }
        pthread_mutex_unlock(&prove->lock);
        ids_wipe(&effect->prove.password, sizeof effect->prove.password);
        ids_wipe(&effect->prove.code, sizeof effect->prove.code);
        ids_wipe(&effect->prove.secret, sizeof effect->prove.secret);
        return p ? 0 : 1;
}

bool prove_take(struct prove *prove, struct prove_done *out)
{
        pthread_mutex_lock(&prove->lock);
        struct place *p = next_place(prove, PLACE_DONE);
        if (p) {
                out->ticket = p->task.prove.ticket;
                out->result = p->result;
                ids_wipe(&p->result, sizeof p->result);
                p->state = PLACE_FREE;
        }
        pthread_mutex_unlock(&prove->lock);
        return p != NULL;
}
