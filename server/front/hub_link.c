#include "server/front/hub_link.h"

#include "server/common/log.h"
#include "server/front/api.h"
#include "server/front/net.h"
#include "server/front/peer.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM_BYTES (1024 * 1024)

static void broken(struct hub_link *l, const char *reason)
{
        if (!l->open)
                return;
        l->open = false;
        uv_poll_stop(&l->poll);
        if (l->front->stopping)
                return;
        LOG(LOG_ERROR, "link",
                "the link to the hub broke, so the front ends; the supervisor starts both again",
                log_word("reason", reason));
        front_stop(l->front, FRONT_HUB_LOST);
}

static void take_hello(struct front *front, const struct link_frame *frame)
{
        if (frame->a != LINK_VERSION) {
                broken(&front->link, "the hub speaks another version of the link");
                return;
        }
        front->hub_ready = true;
}

static void take_frame(struct hub_link *l, const struct link_frame *frame)
{
        switch (frame->type) {
        case LINK_HELLO:
                take_hello(l->front, frame);
                return;
        case LINK_ANSWER:
                api_answer(l->front, frame);
                return;
        case LINK_PUSH:
                peer_push(l->front, frame);
                return;
        case LINK_CLOSE:
                peer_close(l->front, frame);
                return;
        case LINK_REQUEST:
        case LINK_OPENED:
        case LINK_MESSAGE:
        case LINK_AGENT:
        case LINK_READY:
        case LINK_CLOSED:
                break;
        }
        broken(l, "a frame that only the front sends");
}

static void take_frames(struct hub_link *l)
{
        while (l->open) {
                size_t len;
                struct link_frame frame;
                const uint8_t *bytes = link_queue_waiting(&l->in, &len);
                int64_t size = link_read(bytes, len, &frame);
                if (size < 0)
                        broken(l, "bytes that are no frame");
                if (size <= 0)
                        return;
                take_frame(l, &frame);
                link_queue_drop(&l->in, (size_t)size);
        }
}

static void watch(struct hub_link *l, int events);

static void write_out(struct hub_link *l)
{
        size_t len;
        const uint8_t *bytes = link_queue_waiting(&l->out, &len);
        while (l->open && len > 0) {
                ssize_t n = send(l->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0 && errno != EAGAIN)
                        broken(l, "writing failed");
                if (n < 0)
                        break;
                link_queue_drop(&l->out, (size_t)n);
                bytes = link_queue_waiting(&l->out, &len);
        }
        watch(l, len > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
        l->calm = len == 0;
        if (l->calm)
                uv_timer_stop(&l->held);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
        struct hub_link *l = poll->data;
        if (status < 0) {
                broken(l, "polling failed");
                return;
        }
        if (events & UV_WRITABLE)
                write_out(l);
        if (!(events & UV_READABLE))
                return;
        size_t room;
        uint8_t *at = link_queue_room(&l->in, &room);
        ssize_t n = recv(l->fd, at, room, MSG_DONTWAIT);
        if (n > 0) {
                link_queue_filled(&l->in, (size_t)n);
                take_frames(l);
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
                broken(l, "the hub closed it");
        }
}

static void watch(struct hub_link *l, int events)
{
        if (!l->open || l->events == events)
                return;
        l->events = events;
        uv_poll_start(&l->poll, events, on_poll);
}

static void on_prepare(uv_prepare_t *prepare)
{
        struct hub_link *l = prepare->data;
        size_t len;
        link_queue_waiting(&l->out, &len);
        /* With UV_WRITABLE awaited the socket is full; trying again before it says so would be in vain. */
        if (len > 0 && !l->calm && !(l->events & UV_WRITABLE))
                write_out(l);
}

static void on_held(uv_timer_t *timer)
{
        struct hub_link *l = timer->data;
        l->calm = false; /* the loop is about to prepare for its next wait */
}

int hub_link_open(struct hub_link *l, struct front *front, int fd)
{
        *l = (struct hub_link){.front = front, .fd = fd};
        if (link_queue_init(&l->in, ROOM_BYTES) || link_queue_init(&l->out, ROOM_BYTES))
                return -1;
        if (uv_poll_init(&front->loop, &l->poll, fd))
                return -1;
        uv_prepare_init(&front->loop, &l->flush);
        uv_timer_init(&front->loop, &l->held);
        l->poll.data = l;
        l->flush.data = l;
        l->held.data = l;
        l->open = true;
        l->calm = true;
        watch(l, UV_READABLE);
        uv_prepare_start(&l->flush, on_prepare);
        return 0;
}

void hub_link_close(struct hub_link *l)
{
        if (!l->poll.data)
                return;
        write_out(l); /* what was owed when the end began */
        l->open = false;
        uv_close((uv_handle_t *)&l->poll, NULL);
        uv_close((uv_handle_t *)&l->flush, NULL);
        uv_close((uv_handle_t *)&l->held, NULL);
        l->poll.data = NULL;
}

void hub_link_finish(struct hub_link *l)
{
        link_queue_finish(&l->in);
        link_queue_finish(&l->out);
}

bool hub_link_has_room(const struct hub_link *l)
{
        size_t len;
        link_queue_waiting(&l->out, &len);
        return l->open && len < ROOM_BYTES / 2;
}

static void put(struct hub_link *l, enum link_type type, uint8_t a, uint16_t b, uint64_t id,
        const void *part1, size_t len1, const void *part2, size_t len2)
{
        if (l->open && link_queue_put(&l->out, type, a, b, id, part1, len1, part2, len2))
                broken(l, "the hub does not read");
}

void hub_link_send(struct hub_link *l, enum link_type type, uint8_t a, uint16_t b, uint64_t id,
        const void *part1, size_t len1, const void *part2, size_t len2)
{
        l->calm = false;
        put(l, type, a, b, id, part1, len1, part2, len2);
}

void hub_link_send_calm(struct hub_link *l, enum link_type type, uint64_t id, const void *body, size_t len)
{
        size_t held;
        put(l, type, 0, 0, id, body, len, NULL, 0);
        link_queue_waiting(&l->out, &held);
        if (held > HUB_LINK_HELD_MOST)
                l->calm = false;
        else if (l->open && l->calm && !uv_is_active((uv_handle_t *)&l->held))
                uv_timer_start(&l->held, on_held, (uint64_t)l->front->options->limits.calm_ms, 0);
}
