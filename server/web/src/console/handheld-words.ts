// Every sentence about the store's handhelds and taking one back.

export const handheldWords = {
    pane: 'Handhelds',
    seen: { now: 'connected', today: 'last seen today', before: 'not seen today', never: 'not used yet' },
    revoke: 'Revoke',
    revokeOf: (name: string) => `Revoke ${name}’s handheld`,
    title: (name: string) => `Take back ${name}’s handheld?`,
    lead: 'Its cards go from the screen at once, and it gets no more. To use it again, it must be paired anew.',
    yes: 'Take it back',
    revoking: 'One moment …',
    keep: 'Keep it',
    rest: (n: number) => `and ${n} older ones`,
};
