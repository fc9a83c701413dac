/* Whether what somebody typed may be a PIN [P97]: digits, enough of them, and none that everybody tries
 * first. Pure. */
#ifndef PROTO_PIN_TEXT_H
#define PROTO_PIN_TEXT_H

#define PIN_LEAST 6
#define PIN_MOST  12

enum pin_judged {
        PIN_FINE,
        PIN_NONE, /* not PIN_LEAST to PIN_MOST digits */
        PIN_EASY  /* even steps (111111, 123456, 975319), one block over and over, or each digit twice in even
                     steps */
};

enum pin_judged pin_judge(const char *text);

#endif
