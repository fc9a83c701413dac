/* The table of commands with their help: what `maitrectl help` prints, and the manual page tells in more
 * words. */
#include <stdarg.h>
#include <string.h>

#include "server/ctl/ctl.h"

static const struct command commands[] = {
        {"first", ctl_first, "begin an empty hub: its first manager, and her link",
                "usage: maitrectl first MANAGER NAME\n"
                "\n"
                "Puts the first manager on the roster (MANAGER is her id in the store's files) and prints a "
                "link "
                "that can\n"
                "be opened once: there she chooses a password, and the console leads her through the rest. "
                "Refused\n"
                "when somebody manages already.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"import", ctl_import, "read the store's files into the hub",
                "usage: maitrectl import KIND FILE.csv [option...]\n"
                "       maitrectl import FOLDER [option...]\n"
                "\n"
                "KIND is stores, associates, classes, products, customers, purchases or shifts. A folder "
                "may hold one file of\n"
                "each (stores.csv, ...); they are read in that order. Lines that are there already are left "
                "as they\n"
                "are, changed ones are corrected. What cannot be read goes into a reject file, the rest goes "
                "in.\n"
                "Shifts (CSV, or iCalendar if FILE ends in .ics) replace those of the days from the first to "
                "the last\n"
                "that the file has.\n"
                "\n"
                "  --map FIELD=COLUMN   take FIELD from COLUMN; FIELD= leaves it empty; KIND.FIELD=COLUMN "
                "for one kind\n"
                "  --dialect D          auto (default), comma, semicolon or tab\n"
                "  --encoding E         utf-8 (default), latin-1 or windows-1252\n"
                "  --zone ZONE          times without a zone are of this one; else of their store\n"
                "  --rejects FILE       where rejected lines go (NAME.rejects.csv in this folder, mode "
                "0600)\n"
                "  --dry-run            read and check only\n"
                "  --yes                do not ask whether the mapping is right\n"
                "  --json               one JSON object a file instead of text\n"
                "\n"
                "Exits with 0 if every line went in, 1 if some were rejected, 65 if a file is not what it "
                "should be.\n"},
        {"link", ctl_link, "make a one-time link for a screen or a customer",
                "usage: maitrectl link handheld ASSOCIATE [--qr | --code]\n"
                "       maitrectl link console MANAGER [--qr]\n"
                "       maitrectl link customer CUSTOMER [--qr]\n"
                "       maitrectl link sign [--qr]\n"
                "       maitrectl link agent NAME\n"
                "\n"
                "Prints a link that can be opened once. A manager is an associate whose role is manager.\n"
                "For an access point's agent it prints a code to be typed there; NAME tells agents apart.\n"
                "\n"
                "  --qr    draw it as a code for a camera, too\n"
                "  --code  eight characters to type on the handheld's page instead: ten minutes, once\n"
                "  --json  the hub's answer as it is\n"},
        {"token", ctl_token, "make a token for the till",
                "usage: maitrectl token till NAME\n"
                "\n"
                "Prints the token once; the hub keeps only its digest. NAME tells tills apart.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"customer", ctl_customer, "what a customer asks for at the desk: to be left alone, or a pause",
                "usage: maitrectl customer object CUSTOMER\n"
                "       maitrectl customer pause CUSTOMER\n"
                "       maitrectl customer lift CUSTOMER\n"
                "\n"
                "CUSTOMER is the id in the store's files. object takes back all that she agreed to, ends her "
                "visit, "
                "and\n"
                "nobody asks her any more, whether she ever joined and whatever is imported. pause keeps "
                "what she "
                "agreed\n"
                "to, and uses nothing of it. lift ends either. Her page tells her.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"session", ctl_session, "list the devices that were paired, or take one back",
                "usage: maitrectl session list [--face FACE] [--associate ASSOCIATE]\n"
                "       maitrectl session revoke ID\n"
                "       maitrectl session revoke --associate ASSOCIATE\n"
                "       maitrectl session unlock ID\n"
                "       maitrectl session clear-pin ASSOCIATE\n"
                "\n"
                "Handhelds, consoles, signs and tills; never a customer's phone. revoke ends what the list "
                "calls ID, or\n"
                "every handheld and console of an associate, with the links for her that nobody has opened "
                "yet. Its\n"
                "sockets are closed within a second, and what comes back is refused. unlock lets a handheld "
                "take PINs\n"
                "again after five wrong ones; clear-pin takes an associate's PIN away, and she chooses a new "
                "one.\n"
                "\n"
                "  --face FACE  only handheld, console, sign or till\n"
                "  --json       the hub's answer as it is\n"},
        {"agent", ctl_agent, "list the access points' agents, say where one stands, or take it back",
                "usage: maitrectl agent list\n"
                "       maitrectl agent zone NAME [ZONE]\n"
                "       maitrectl agent revoke NAME\n"
                "\n"
                "revoke ends an agent's token: its socket is closed within a second, and it says that it "
                "must "
                "be paired\n"
                "again (maitrectl link agent NAME). zone says in which part of the store its access point "
                "stands, such\n"
                "as café: the house rule zones_not names those that count for nothing. Without ZONE nobody "
                "says.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"device", ctl_device, "say what a customer's phone is known by on the Wi-Fi",
                "usage: maitrectl device CUSTOMER keyid [KEYID]\n"
                "       maitrectl device CUSTOMER user IDENTITY\n"
                "       maitrectl device CUSTOMER mac ADDRESS\n"
                "\n"
                "Only for a customer who has allowed it on her own page. Without KEYID a new one is made and "
                "printed:\n"
                "her own key's name, for the access point's list of keys. An address alone never shows more "
                "than that\n"
                "somebody may be here.\n"},
        {"manager", ctl_manager, "list the managers' accounts, or reset one",
                "usage: maitrectl manager list\n"
                "       maitrectl manager reset MANAGER\n"
                "\n"
                "A manager sets her password and her second factor at her console, which maitrectl link "
                "console pairs.\n"
                "reset takes both away and signs her consoles out: for who has lost them. A new link, and "
                "she "
                "sets them\n"
                "up anew.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"explain", ctl_explain, "tell who a customer's associate is, and why",
                "usage: maitrectl explain preferred CUSTOMER\n"
                "       maitrectl explain preferred --all\n"
                "\n"
                "Her own choice comes first; else most lines served in 24 months, then the latest sale, then "
                "the lowest\n"
                "id. What the lines say only decides who is called; it never lets anybody see more.\n"
                "\n"
                "  --all   every customer with purchases\n"
                "  --json  the hub's answer as it is\n"},
        {"preview", ctl_preview, "show a customer's card as an associate would get it",
                "usage: maitrectl preview CUSTOMER ASSOCIATE [--sensed]\n"
                "\n"
                "  --sensed  as if only the Wi-Fi had noticed her\n"
                "  --json    the hub's answer as it is\n"},
        {"house", ctl_house, "how the store asks and calls: hours, age, repeats",
                "usage: maitrectl house show | bounds | history\n"
                "       maitrectl house check FILE\n"
                "       maitrectl house set FILE [--dry-run]\n"
                "       maitrectl house rollback VERSION\n"
                "\n"
                "The house rules are what a manager sets on the console; here they are text, one \"key = "
                "value\" "
                "a line.\n"
                "What FILE (- is standard input) does not name stays as it is. check, and set --dry-run, "
                "tell "
                "how many of\n"
                "last week's visits they would have changed; set puts them in force as a new version; "
                "rollback "
                "saves an\n"
                "earlier one again. bounds prints what head office allows, in the form of its own file\n"
                "(rules.house_bounds in the hub's configuration): one \"key = least to most\" a line; of a "
                "list of\n"
                "names, such as alert_not, those that must stay in: \"alert_not = pharmacy\", or none.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"notice", ctl_notice, "list what customers were promised, or add a notice",
                "usage: maitrectl notice list\n"
                "       maitrectl notice add FILE\n"
                "\n"
                "A notice is what customers are told before they agree. FILE is a rulebook: the most that "
                "the "
                "notice\n"
                "promises. Its first line names the notice and the next version. Whoever joins from then on "
                "agrees to "
                "it;\n"
                "everybody else is shown no more than her own notice promised, until she accepts this one on "
                "her "
                "page.\n"
                "A notice never changes and never goes.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"sign", ctl_sign, "the text of the sign at the door, by the settings in force",
                "usage: maitrectl sign [--language en|sv|fr]\n"
                "\n"
                "Prints what hangs at the door: who answers for the data, what for, which sensors there are, "
                "hours, "
                "rights,\n"
                "how to say no without a phone, and where the notice is. It is made of the configuration, "
                "the house "
                "rules\n"
                "and the newest notice; print it again when they change. The console prints it with the code "
                "to "
                "scan.\n"
                "\n"
                "  --language L  en (default), sv or fr\n"
                "  --json        the hub's answer as it is: every language\n"},
        {"record", ctl_record, "the record of processing (GDPR, article 30)",
                "usage: maitrectl record\n"
                "\n"
                "Prints what the store does with data about people: for what, on what ground, about whom, "
                "which, who "
                "sees\n"
                "it and how long it is kept, by the settings that are in force. In English. What the store "
                "does "
                "beside the\n"
                "hub does not stand in it.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"walkin", ctl_walkin, "try the way from the door to the handhelds, as a customer who is nobody",
                "usage: maitrectl walkin [--phone]\n"
                "       maitrectl walkin --last\n"
                "\n"
                "The hub reads and writes to its disk as for an arrival and asks every connected handheld to "
                "show that\n"
                "it was reached. Nobody's name, card or visit is part of it, and no number counts it. Every "
                "morning at\n"
                "\"opens\" the hub does this by itself.\n"
                "\n"
                "  --phone  prints a link first: a phone in the store opens it, within five minutes\n"
                "  --last   tests nothing; lists the newest: 14 mornings, and 16 others\n"
                "  --json   the hub's answer as it is, when it is over\n"
                "\n"
                "Exits with 0 if everything is green, 1 if not, 75 if another test took the place of this "
                "one.\n"},
        {"shown", ctl_shown, "a page on which people agreed, as it was",
                "usage: maitrectl shown DIGEST [--to FOLDER [--dry-run]]\n"
                "       maitrectl shown RECEIPT [--to FOLDER [--dry-run]]\n"
                "       maitrectl shown --check\n"
                "\n"
                "The hub keeps each page on which a customer said something, with all its files and the "
                "notice.\n"
                "This looks whether the page of a digest, or of a receipt's number, is there and byte for "
                "byte\n"
                "what it was, and writes it into a new folder: index.html, its files under a, and for a "
                "receipt\n"
                "notice.txt, the sentences in her language. --check looks at each page that any event "
                "names.\n"
                "\n"
                "  --to FOLDER  write it there; refused if the folder is there already\n"
                "  --dry-run    look only, and say what would be written\n"
                "  --json       the hub's answer as it is\n"
                "\n"
                "Exits with 1 if it is not kept or --check found something wrong, 65 if it is not what it "
                "was.\n"},
        {"receipt", ctl_receipt, "check a customer's receipt of consent, or print the key of receipts",
                "usage: maitrectl receipt verify FILE [--key KEY]\n"
                "       maitrectl receipt key\n"
                "\n"
                "Each time a customer says what the store may do she gets a signed receipt, which her page "
                "saves as FILE.\n"
                "verify says whether anything in it was changed, what it says, and who signed it; it needs "
                "no "
                "hub. key\n"
                "prints the key of this hub's receipts; anybody gets it at /api/customer/receipt_key, too.\n"
                "\n"
                "  --key KEY  the key that must have signed it: the store's\n"
                "  --json     one JSON object instead of text\n"
                "\n"
                "Exits with 0 if it is whole and signed, 1 if it was changed or another key signed it, 65 if "
                "FILE is no\n"
                "receipt.\n"},
        {"rules", ctl_rules, "check rules, compare them, say what they do, put them in force",
                "usage: maitrectl rules check FILE [--conflicts]\n"
                "       maitrectl rules diff OLD NEW\n"
                "       maitrectl rules diff FILE\n"
                "       maitrectl rules replay FILE [--days N]\n"
                "       maitrectl rules print FILE\n"
                "       maitrectl rules explain FILE --who WHO (--line WORDS | --field NAME) [--sensed] "
                "[--notice FILE]\n"
                "       maitrectl rules preview FILE [--live FILE] [--notice FILE]\n"
                "       maitrectl rules list | show VERSION\n"
                "       maitrectl rules propose FILE | publish VERSION | publish FILE [--why TEXT] "
                "[--dry-run]\n"
                "       maitrectl rules withdraw VERSION | rollback VERSION [--why TEXT] [--dry-run]\n"
                "\n"
                "list tells every version that the hub keeps, show prints one. propose keeps the rules in "
                "FILE "
                "as a new\n"
                "version; publish puts a version in force at once, if it only narrows what is seen. What "
                "shows "
                "anybody more\n"
                "must be published by a second person: a manager in the console, or you what a manager "
                "proposed. rollback\n"
                "proposes the text of an earlier version, and publishes it if it only narrows.\n"
                "\n"
                "diff FILE and replay ask the hub: what the rules in FILE would change, beside those in "
                "force, for "
                "the\n"
                "store's real customers as every associate would see them, and of the cards of the last "
                "days. "
                "They count\n"
                "only; numbers below five are told as <5. check, diff OLD NEW, print, explain\n"
                "and preview need no hub.\n"
                "\n"
                "check goes through every "
                "kind of line, viewer and visit that the rules "
                "tell "
                "apart, and\n"
                "tells which rules have no effect, which are guards, and which give away what they hide. "
                "diff tells "
                "what\n"
                "would be shown more and less. print writes the book in its canonical form. explain says how "
                "one line or "
                "field\n"
                "is decided, and by which rules. preview draws the cards of a made-up customer who bought "
                "one of "
                "everything.\n"
                "\n"
                "  --who WHO      of seller, preferred, department, manager, trainee: \"seller, trainee\"\n"
                "  --line WORDS   conditions as in a rule: \"online, gift, price 1200, age 3, kind Shoes\"\n"
                "  --field NAME   name, greet, hint, wish, sizes, likes, notes or presence\n"
                "  --sensed       as if only the Wi-Fi had noticed her\n"
                "  --notice FILE  the rulebook of the notice that she agreed to: the most that it promised\n"
                "  --live FILE    the cards of this book beside\n"
                "  --days N       the cards of so many days, 1 to 30 (30)\n"
                "  --why TEXT     the reason that is kept with the version\n"
                "  --dry-run      say what it would change, and change nothing\n"
                "  --conflicts    list also where a limit wins over a show\n"
                "  --json         one JSON object instead of text\n"
                "\n"
                "check exits with 0 without warnings and 1 with, diff and replay with 1 if more would be "
                "shown; all "
                "with "
                "65 if\n"
                "a file is no rulebook or too large to be analysed.\n"},
        {"status", ctl_status, "tell how the hub is",
                "usage: maitrectl status\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"metrics", ctl_metrics, "print the hub's numbers for Prometheus",
                "usage: maitrectl metrics\n"
                "\n"
                "One number a name, none of a person or an associate; counters begin anew when the hub "
                "starts.\n"},
        {"canary", ctl_canary, "check now whether something hidden gets through to a card",
                "usage: maitrectl canary\n"
                "\n"
                "The hub does so each night by itself. Some hundred customers are taken (canary.pairs), each "
                "gets a twin\n"
                "that tells one associate the same and else is as different as can be, and both cards must "
                "be "
                "the same.\n"
                "The newest result stands in maitrectl status and on the customers' page.\n"
                "\n"
                "  --json  the hub's answer as it is\n"},
        {"backup", ctl_backup, "write a consistent copy of the database",
                "usage: maitrectl backup FILE\n"
                "\n"
                "FILE must not be there yet. The hub goes on meanwhile. Who may read FILE may read the "
                "store's data,\n"
                "but not names and contacts without the hub's keys.\n"},
        {"demo", ctl_demo, "make up a store with people and purchases",
                "usage: maitrectl demo [option...] FOLDER\n"
                "\n"
                "Writes FOLDER/csv/*.csv and FOLDER/maitred.conf. Everybody in it is invented; the same seed "
                "and time\n"
                "give the same bytes.\n"
                "\n"
                "  --seed N    what people and purchases are made of (1)\n"
                "  --people N  how many customers (500)\n"
                "  --lines N   how many purchase lines (20000)\n"
                "  --now TIME  the end of the four years, store time (now)\n"
                "  --port N    the hub's port in maitred.conf (8443)\n"},
        {"help", ctl_help, "list the commands, or explain one", "usage: maitrectl help [COMMAND]\n"},
};

const struct command *ctl_find(const char *name)
{
        for (size_t i = 0; i < ARRAY_LEN(commands); i++)
                if (strcmp(commands[i].name, name) == 0)
                        return &commands[i];
        return NULL;
}

int ctl_help(struct ctl *ctl, int argc, char **argv)
{
        (void)ctl;
        if (argc > 1) {
                const struct command *command = ctl_find(argv[1]);
                if (!command)
                        return ctl_usage(NULL, "there is no command \"%s\".", argv[1]);
                fputs(command->help, stdout);
                return CTL_OK;
        }
        puts("usage: maitrectl [--socket PATH | --config FILE] [--json] COMMAND [argument...]\n");
        for (size_t i = 0; i < ARRAY_LEN(commands); i++)
                printf("  %-9s %s\n", commands[i].name, commands[i].brief);
        puts("\n  --socket PATH  the hub's control socket (MAITRED_SOCKET, else /run/maitred/control)\n"
             "  --config FILE  take the socket from the hub's configuration\n"
             "  --json         answers as JSON\n"
             "  --version      which maitrectl this is\n\n"
             "maitrectl help COMMAND explains one. Exits with 0 done, 1 refused or partly rejected, 2 wrong "
             "command\n"
             "line, 65 wrong data, 66 no such file, 69 no hub, 73 cannot write, 75 try again later.");
        return CTL_OK;
}

int ctl_fail(int code, const char *format, ...)
{
        va_list args;
        fflush(stdout);
        fputs("maitrectl: ", stderr);
        va_start(args, format);
        vfprintf(stderr, format, args);
        va_end(args);
        fputc('\n', stderr);
        return code;
}

int ctl_usage(const char *command, const char *format, ...)
{
        va_list args;
        fputs("maitrectl: ", stderr);
        va_start(args, format);
        vfprintf(stderr, format, args);
        va_end(args);
        fprintf(stderr, " See: maitrectl help%s%s\n", command ? " " : "", command ? command : "");
        return CTL_USAGE;
}
