#include "server/core/receipt_words.h"

#include <string.h>

static const struct receipt_words tables[] = {
        {"en", ", or as soon as you take it back", "Being met in the store",
                "Your own tap on the store's page, by an invitation",
                "Your own tap on the store's page, by the sign at the door", "Your own tap on your page",
                "Your word at the desk, where somebody did it for you",
                {{PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK,
                         "Telling somebody who works in the store that you are here, each time you ask for "
                         "it",
                         "Being in the store"},
                        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK,
                                "Noticing on the store's Wi-Fi that your phone is here",
                                "Your phone on the store's Wi-Fi"},
                        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING,
                                "Telling your associate by itself when your phone is noticed",
                                "Being in the store"},
                        {PURPOSE_HISTORY, CATEGORY_INSTORE, MODE_ASK,
                                "Showing what you bought in this store to whoever helps you",
                                "Purchases in this store"},
                        {PURPOSE_HISTORY, CATEGORY_ONLINE, MODE_ASK,
                                "Showing what you bought online to whoever helps you", "Purchases online"},
                        {PURPOSE_HISTORY, CATEGORY_OTHER_STORES, MODE_ASK,
                                "Showing what you bought in other stores to whoever helps you",
                                "Purchases in other stores"},
                        {PURPOSE_HISTORY, CATEGORY_SIZES, MODE_ASK, "Showing your sizes to whoever helps you",
                                "Sizes"},
                        {PURPOSE_HISTORY, CATEGORY_NOTES, MODE_ASK,
                                "Keeping what your associate writes down to remember, for her alone",
                                "Notes about you"}}},
        {"sv", ", eller så snart du tar tillbaka det", "Att bli mött i butiken",
                "Ditt eget tryck på butikens sida, genom en inbjudan",
                "Ditt eget tryck på butikens sida, genom skylten vid dörren", "Ditt eget tryck på din sida",
                "Ditt ord vid disken, där någon gjorde det åt dig",
                {{PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK,
                         "Att säga till någon som arbetar i butiken att du är här, varje gång du ber om det",
                         "Att du är i butiken"},
                        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK,
                                "Att märka på butikens wifi att din telefon är här",
                                "Din telefon på butikens wifi"},
                        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING,
                                "Att säga till din säljare av sig självt när din telefon märks",
                                "Att du är i butiken"},
                        {PURPOSE_HISTORY, CATEGORY_INSTORE, MODE_ASK,
                                "Att visa det du har köpt i den här butiken för den som hjälper dig",
                                "Köp i den här butiken"},
                        {PURPOSE_HISTORY, CATEGORY_ONLINE, MODE_ASK,
                                "Att visa det du har köpt på nätet för den som hjälper dig", "Köp på nätet"},
                        {PURPOSE_HISTORY, CATEGORY_OTHER_STORES, MODE_ASK,
                                "Att visa det du har köpt i andra butiker för den som hjälper dig",
                                "Köp i andra butiker"},
                        {PURPOSE_HISTORY, CATEGORY_SIZES, MODE_ASK,
                                "Att visa dina storlekar för den som hjälper dig", "Storlekar"},
                        {PURPOSE_HISTORY, CATEGORY_NOTES, MODE_ASK,
                                "Att spara det din säljare skriver ner för att minnas, bara för sig själv",
                                "Anteckningar om dig"}}},
        {"fr", ", ou dès que vous le retirez", "Être accueilli dans le magasin",
                "Votre propre geste sur la page du magasin, par une invitation",
                "Votre propre geste sur la page du magasin, par le panneau à l'entrée",
                "Votre propre geste sur votre page",
                "Votre parole au comptoir, où quelqu'un l'a fait pour vous",
                {{PURPOSE_ALERT, CATEGORY_PRESENCE, MODE_ASK,
                         "Dire à une personne qui travaille dans le magasin que vous êtes là, chaque fois "
                         "que vous le demandez",
                         "Votre présence dans le magasin"},
                        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_ASK,
                                "Remarquer sur le Wi-Fi du magasin que votre téléphone est là",
                                "Votre téléphone sur le Wi-Fi du magasin"},
                        {PURPOSE_ALERT, CATEGORY_SENSED, MODE_STANDING,
                                "Prévenir la personne que vous avez choisie, sans que vous le demandiez, "
                                "quand votre téléphone est remarqué",
                                "Votre présence dans le magasin"},
                        {PURPOSE_HISTORY, CATEGORY_INSTORE, MODE_ASK,
                                "Montrer vos achats dans ce magasin à la personne qui vous aide",
                                "Achats dans ce magasin"},
                        {PURPOSE_HISTORY, CATEGORY_ONLINE, MODE_ASK,
                                "Montrer vos achats en ligne à la personne qui vous aide", "Achats en ligne"},
                        {PURPOSE_HISTORY, CATEGORY_OTHER_STORES, MODE_ASK,
                                "Montrer vos achats dans d'autres magasins à la personne qui vous aide",
                                "Achats dans d'autres magasins"},
                        {PURPOSE_HISTORY, CATEGORY_SIZES, MODE_ASK,
                                "Montrer vos tailles à la personne qui vous aide", "Tailles"},
                        {PURPOSE_HISTORY, CATEGORY_NOTES, MODE_ASK,
                                "Garder ce que la personne choisie note pour s'en souvenir, pour elle seule",
                                "Notes sur vous"}}},
};

const struct receipt_words *receipt_words(const char *language)
{
        for (size_t i = 1; i < ARRAY_LEN(tables); i++)
                if (strcmp(tables[i].language, language) == 0)
                        return &tables[i];
        return &tables[0];
}

const struct receipt_scope *receipt_scope(
        const struct receipt_words *words, const struct receipt_grant *grant)
{
        for (size_t i = 0; i < RECEIPT_SCOPE_WORDS; i++) {
                const struct receipt_scope *scope = &words->scopes[i];
                if (scope->purpose == grant->purpose && scope->category == grant->category &&
                        scope->mode == grant->mode)
                        return scope;
        }
        return NULL;
}

const char *receipt_method(const struct receipt_words *words, enum consent_method method)
{
        switch (method) {
        case METHOD_INVITED:
                return words->by_invitation;
        case METHOD_DOOR:
                return words->by_door;
        case METHOD_PAGE:
                return words->by_page;
        case METHOD_DESK:
                return words->by_desk;
        }
        return "";
}
