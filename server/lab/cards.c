#include "server/lab/cards.h"

#include <stdlib.h>

#include "server/lab/check.h"
#include "server/lab/made.h"
#include "server/rulebook/render.h"

static const char *standing_of(enum made_viewer viewer)
{
        return viewer == MADE_PREFERRED ? "your client" : "a customer of the store";
}

static void write_card(struct json_out *out, const char *key, const struct lab_ground *ground,
        const struct rulebook *book, const struct made *made, enum made_viewer who, enum seen seen)
{
        const struct rulebook *ceiling = ground->n_notices ? ground->notices[0].ceiling : book;
        struct viewer viewer = made_viewer(who);
        struct card_head head = {.standing = standing_of(who), .meet = "", .seen = seen, .state = "preview"};
        struct view view;
        char frame[CARD_FRAME_SIZE];
        if (!book) {
                json_nil(out, key);
                return;
        }
        project(book, ceiling, &made->history, &made->person, &viewer, seen, &view);
        render(&view, &head, frame);
        size_t len = sizeof frame;
        while (len && frame[len - 1] == ' ')
                len--;
        json_raw(out, key, frame, len);
}

static void write_cards(struct json_out *out, const struct lab_ground *ground, const struct rulebook *draft,
        const struct made *made)
{
        json_open(out, "cards", '[');
        for (int viewer = 0; viewer < MADE_VIEWERS; viewer++) {
                for (int seen = 0; seen < SEEN_COUNT; seen++) {
                        json_open(out, NULL, '{');
                        json_text(out, "viewer", made_word((enum made_viewer)viewer));
                        json_text(out, "seen", seen_word((enum seen)seen));
                        write_card(out, "live", ground, ground->live, made, (enum made_viewer)viewer,
                                (enum seen)seen);
                        write_card(
                                out, "draft", ground, draft, made, (enum made_viewer)viewer, (enum seen)seen);
                        json_close(out, '{');
                }
        }
        json_close(out, '[');
}

uint16_t lab_cards(const struct lab_ground *ground, const struct lab_ask *ask, struct json_out *out)
{
        json_open(out, NULL, '{');
        struct rulebook *draft = lab_parse(ask->text, out);
        struct made *made = draft ? malloc(sizeof *made) : NULL;
        uint16_t status = draft ? 200 : 422;
        if (made) {
                made_customer(made, ground, (const struct rulebook *const[2]){draft, ground->live});
                write_cards(out, ground, draft, made);
        } else if (draft) {
                status = 503;
                json_text(out, "error", "no_memory");
                json_text(out, "say", "There is not enough memory to make the cards.");
                json_text(out, "do", "Try again later.");
        } else {
                json_text(out, "error", "rules");
                json_text(out, "say", "These rules cannot be used as they are.");
                json_text(out, "do", "Correct what the check says of them.");
        }
        json_close(out, '{');
        free(made);
        rulebook_destroy(draft);
        return status;
}
