#include "server/common/pin.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>

int pin_of_certificate(const char *path, uint8_t pin[PIN_BYTES])
{
        unsigned char *der = NULL;
        FILE *file = fopen(path, "re");
        X509 *certificate = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
        int len = certificate ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der) : -1;
        int ok = len > 0 && EVP_Digest(der, (size_t)len, pin, NULL, EVP_sha256(), NULL) == 1;
        OPENSSL_free(der);
        X509_free(certificate);
        if (file)
                fclose(file);
        return ok ? 0 : -1;
}

void pin_word(const uint8_t pin[PIN_BYTES], char out[PIN_WORD_SIZE])
{
        for (int i = 0; i < (PIN_WORD_SIZE - 1) / 2; i++)
                snprintf(out + 2 * i, 3, "%02x", pin[i]);
}
