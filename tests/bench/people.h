/* Who lives in the measurements' made-up store: `fill` writes them down, `load` plays them. Everything
 * follows from numbers, tokens too, so that neither has to hand the other a list. */
#ifndef TESTS_BENCH_PEOPLE_H
#define TESTS_BENCH_PEOPLE_H

#include "proto/base.h"

/* Joined customers come in one group for each number of handhelds that is measured; a customer of a group of
 * N has chosen one of the first N associates. */
#define PEOPLE_GROUPS 3
#define PEOPLE_GROUP  20000
#define PEOPLE_JOINED (PEOPLE_GROUPS * PEOPLE_GROUP)

enum people_face { PEOPLE_PHONE = 1, PEOPLE_HANDHELD, PEOPLE_SIGN, PEOPLE_KEY, PEOPLE_KEYLESS };

/* Of phone, handheld or sign `number`, from 0; PEOPLE_KEY: see people_key.h; PEOPLE_KEYLESS: a second
 * handheld of the same associate, paired by a browser that keeps no key. */
struct secret people_token(enum people_face face, uint32_t number);

/* 100, 1,000, 10,000: how many handhelds a group is for. */
uint32_t people_handhelds(uint32_t group);

/* The group for so many handhelds: the largest whose associates all have one. */
uint32_t people_group(uint32_t handhelds);

/* The associate, from 0, whom customer `person`, from 0, has chosen. */
uint32_t people_associate(uint32_t person);

#endif
