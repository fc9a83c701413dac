/* What an agent knows the hub by: the hash of a certificate's public key, whatever name and dates it bears.
 */
#ifndef COMMON_PIN_H
#define COMMON_PIN_H

#include <stdint.h>

#define PIN_BYTES     32
#define PIN_WORD_SIZE 17 /* sixteen digits and the end */

/* SHA-256 of the SubjectPublicKeyInfo (RFC 5280) of the first certificate in a PEM file. 0; -1 if the file
 * cannot be read or holds no certificate. */
int pin_of_certificate(const char *path, uint8_t pin[PIN_BYTES]);

/* The beginning of a pin as text, for what only has to tell hubs apart. */
void pin_word(const uint8_t pin[PIN_BYTES], char out[PIN_WORD_SIZE]);

#endif
