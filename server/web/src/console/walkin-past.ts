// What of a walk-in test can be told without a screen.

import type { Walkin, WalkinPast } from '../wire';

const MORNINGS_MOST = 14;

/** The newest of each morning, which is the one that counts; oldest morning first. */
export function mornings(past: readonly WalkinPast[]): WalkinPast[] {
    const newest = new Map<string, WalkinPast>();
    for (const one of past) if (one.morning && !newest.has(one.day)) newest.set(one.day, one);
    return [...newest.values()].slice(0, MORNINGS_MOST).reverse();
}

export const lastMorning = (past: readonly WalkinPast[]): WalkinPast | undefined => mornings(past).pop();

const POLL_MS = 1000;
const AFTER_FAILURE_MS = 3000;

/** How soon to look again: each second while something can still change, then no more. */
export function nextLook(told: Walkin | null): number {
    if (!told) return AFTER_FAILURE_MS;
    return told.state === 'waiting' || told.state === 'running' ? POLL_MS : 0;
}
