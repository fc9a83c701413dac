// The steps of the first run, in order; the hub keeps the number of the one that was left [P140].

export const STEPS = ['you', 'store', 'files', 'cards', 'house', 'signs', 'staff', 'walkin'] as const;
export type Step = (typeof STEPS)[number];

/** Whoever goes on from these has looked, and that is enough: something usual is in force already. */
export const BY_TASTE: ReadonlySet<Step> = new Set(['store', 'cards', 'house', 'signs']);

/** The hub keeps this number of who has been through all of them. */
export const THROUGH = STEPS.length + 1;

/** The step with this number: the first for what is none, the last for who has been through. */
export const stepAt = (n: number): Step => STEPS[Math.min(n, STEPS.length) - 1] ?? STEPS[0];
export const numberOf = (step: Step): number => STEPS.indexOf(step) + 1;
