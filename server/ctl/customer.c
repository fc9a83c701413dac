/* What a customer asks for at the desk, without her phone [P134]. */
#include <getopt.h>
#include <string.h>

#include "server/ctl/ask.h"
#include "server/ctl/ctl.h"

static const struct {
        const char *how, *said;
} asked[] = {
        {"object", "Done: nothing more is done with her data, and nobody asks her. It stays so after an "
                   "import."},
        {"pause", "Paused: to the whole store it is as if she were not there, until she or you lift it."},
        {"lift", "Lifted: a pause is over, and after an objection she may be asked again."},
};

static int hold(struct ctl *ctl, size_t which, const char *customer)
{
        int code;
        json_t *answer = ask_hub(ctl, CONTROL_CALL,
                json_pack("{s:s, s:s, s:s}", "t", "hold", "how", asked[which].how, "customer", customer),
                &code);
        if (!answer)
                return code;
        puts(ctl->json ? "{}" : asked[which].said);
        json_decref(answer);
        return CTL_OK;
}

int ctl_customer(struct ctl *ctl, int argc, char **argv)
{
        static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'j')
                        return ctl_usage("customer", "that is no option of customer.");
                ctl->json = true;
        }
        for (size_t i = 0; argc - optind == 2 && i < ARRAY_LEN(asked); i++)
                if (strcmp(argv[optind], asked[i].how) == 0)
                        return hold(ctl, i, argv[optind + 1]);
        return ctl_usage("customer", "customer takes object, pause or lift, and a customer's id.");
}
