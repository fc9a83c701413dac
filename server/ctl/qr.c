#include "server/ctl/qr.h"

#include <qrencode.h>
#include <stdbool.h>
#include <stdio.h>

#define QUIET 4 /* light modules around the code */

static bool dark(const QRcode *code, int x, int y)
{
        return x >= 0 && y >= 0 && x < code->width && y < code->width &&
               (code->data[y * code->width + x] & 1);
}

/* A half block stands for two modules, one over the other. Without colours the light modules are drawn, since
 * a terminal is dark more often than light. */
static const char *cell(bool upper, bool lower, int colour)
{
        if (!colour) {
                upper = !upper;
                lower = !lower;
        }
        return upper && lower ? "\u2588" : upper ? "\u2580" : lower ? "\u2584" : " ";
}

int qr_draw(const char *text, int colour)
{
        QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
        if (!code)
                return -1;
        for (int y = -QUIET; y < code->width + QUIET; y += 2) {
                if (colour)
                        fputs("\033[30;107m", stdout);
                for (int x = -QUIET; x < code->width + QUIET; x++)
                        fputs(cell(dark(code, x, y), dark(code, x, y + 1), colour), stdout);
                fputs(colour ? "\033[0m\n" : "\n", stdout);
        }
        QRcode_free(code);
        return 0;
}
