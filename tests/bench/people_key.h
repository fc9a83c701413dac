/* The key that each handheld of the made-up store has of its own [P95]. It follows from the handheld's number
 * as its token does (people.h): who knows the numbers knows it, which is enough for a measurement. */
#ifndef TESTS_BENCH_PEOPLE_KEY_H
#define TESTS_BENCH_PEOPLE_KEY_H

#include "proto/base.h"

#define PEOPLE_POINT_BYTES     65
#define PEOPLE_SIGNATURE_BYTES 64

/* The public point of handheld `number`, from 0, as SEC 1 writes it, uncompressed. False: no memory. */
bool people_point(uint32_t number, uint8_t out[PEOPLE_POINT_BYTES]);

/* Makes the keys of handhelds 0 to n - 1 beforehand, as their browsers have had theirs since the pairing:
 * what it takes is then not measured with the first signature. False: no memory. Kept until the program ends.
 */
bool people_keys(uint32_t n);

/* What handheld `number` makes of a text: r and s of ECDSA with SHA-256. False: no memory. */
bool people_sign(uint32_t number, const char *text, size_t len, uint8_t out[PEOPLE_SIGNATURE_BYTES]);

#endif
