#include "server/core/papers_words.h"

#include <string.h>

static const struct paper_words tables[PAPER_LANGUAGES] = {
        {"en", "Here you can be met, if you like", "{} answers for what is kept about you here. Ask: {}.",
                "What for: so that somebody who works here can meet you and help you, and for nothing else. "
                "Nobody "
                "is told that you are here unless you say so, or have allowed it beforehand.",
                "Sensors: the store's Wi-Fi can notice a phone whose owner has allowed that on her own page. "
                "Of "
                "every other phone nothing is kept.",
                "Sensors: none. Nothing here notices phones; only what you scan or say counts.",
                "Hours: {} to {}. Outside them nobody is called.", "Hours: around the clock.",
                "Used: what you bought in the last [month|{} months], and of that only the kinds that you "
                "tick. You "
                "see the "
                "card before you agree.",
                "Age: whoever is younger than {} does not join alone.",
                "Your rights: to see what is kept about you, to have it corrected or deleted, to take it "
                "with you, "
                "to have its use paused, to object, and to take back every yes at any time. You may complain "
                "to the "
                "authority for data protection.",
                "To say no without a phone: tell anybody who works here. It is written down at the desk, and "
                "from "
                "then on nobody asks you. You give no reason, and it costs you nothing.",
                "All of it, word for word: {}{}"},
        {"sv", "Här kan du bli mött, om du vill", "{} ansvarar för det som sparas om dig här. Fråga: {}.",
                "Varför: för att någon som arbetar här ska kunna möta och hjälpa dig, och inget annat. Ingen "
                "får veta "
                "att du är här om du inte säger det själv eller har tillåtit det i förväg.",
                "Sensorer: butikens wifi kan märka en telefon vars ägare har tillåtit det på sin egen sida. "
                "Om alla "
                "andra telefoner sparas ingenting.",
                "Sensorer: inga. Inget här märker telefoner; bara det du skannar eller säger räknas.",
                "Tider: {} till {}. Utanför dem tillkallas ingen.", "Tider: dygnet runt.",
                "Används: det du har köpt [den senaste månaden|de senaste {} månaderna], och av det bara de "
                "slag som du kryssar "
                "för. Du ser "
                "kortet innan du säger ja.",
                "Ålder: den som är yngre än {} går inte med ensam.",
                "Dina rättigheter: att se vad som sparas om dig, att få det rättat eller raderat, att ta det "
                "med dig, "
                "att få användningen pausad, att invända och att när som helst ta tillbaka varje ja. Du får "
                "klaga hos "
                "dataskyddsmyndigheten.",
                "Att säga nej utan telefon: säg till någon som arbetar här. Det skrivs upp vid disken, och "
                "sedan "
                "frågar ingen dig. Du behöver inte ge något skäl, och det kostar dig ingenting.",
                "Allt, ord för ord: {}{}"},
        {"fr", "Ici, vous pouvez être accueilli, si vous le voulez",
                "{} répond de ce qui est gardé sur vous ici. Questions : {}.",
                "Pourquoi : pour qu’une personne qui travaille ici puisse vous accueillir et vous aider, et "
                "pour rien "
                "d’autre. Personne ne sait que vous êtes là, sauf si vous le dites ou l’avez permis "
                "d’avance.",
                "Capteurs : le Wi-Fi du magasin peut remarquer un téléphone dont le propriétaire l’a permis "
                "sur sa "
                "propre page. De tout autre téléphone, rien n’est gardé.",
                "Capteurs : aucun. Rien ici ne remarque les téléphones ; seul compte ce que vous scannez ou "
                "dites.",
                "Heures : de {} à {}. En dehors, personne n’est appelé.", "Heures : jour et nuit.",
                "Utilisé : vos achats [du dernier mois|des {} derniers mois], et parmi eux seulement les "
                "genres que vous "
                "cochez. Vous "
                "voyez la carte avant d’accepter.",
                "Âge : qui a moins de {} ans ne s’inscrit pas seul.",
                "Vos droits : voir ce qui est gardé sur vous, le faire corriger ou effacer, l’emporter, en "
                "faire "
                "suspendre l’usage, vous opposer, et retirer chaque oui à tout moment. Vous pouvez vous "
                "plaindre "
                "auprès de l’autorité de protection des données.",
                "Dire non sans téléphone : dites-le à toute personne qui travaille ici. C’est noté au "
                "comptoir, et "
                "ensuite personne ne vous le demande. Sans raison à donner, et sans rien vous coûter.",
                "Tout, mot pour mot : {}{}"},
};

const struct paper_words *paper_words(uint32_t nth)
{
        return &tables[nth < PAPER_LANGUAGES ? nth : 0];
}

static size_t put(char *out, size_t room, size_t len, const char *text, size_t n)
{
        if (len + n >= room)
                return len;
        memcpy(out + len, text, n);
        return len + n;
}

/* A piece of a sentence in which each {} is the same value. */
static size_t put_part(
        char *out, size_t room, size_t len, const char *from, const char *end, const char *value)
{
        for (const char *at = from; at < end; at++)
                if (end - at >= 2 && at[0] == '{' && at[1] == '}') {
                        len = put(out, room, len, value, strlen(value));
                        at++;
                } else {
                        len = put(out, room, len, at, 1);
                }
        return len;
}

void paper_fill(const char *sentence, const char *const values[], size_t n, char *out, size_t room)
{
        size_t len = 0, used = 0;
        for (const char *at = sentence; *at; at++) {
                const char *end = *at == '[' ? strchr(at, ']') : NULL, *bar = end ? strchr(at, '|') : NULL;
                const char *value = used < n ? values[used] : "";
                if (bar && bar < end) {
                        bool one = strcmp(value, "1") == 0;
                        len = put_part(out, room, len, one ? at + 1 : bar + 1, one ? bar : end, value);
                        used++;
                        at = end;
                } else if (at[0] == '{' && at[1] == '}') {
                        len = put(out, room, len, value, strlen(value));
                        used++;
                        at++;
                } else {
                        len = put(out, room, len, at, 1);
                }
        }
        out[len] = 0;
}
