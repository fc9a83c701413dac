// What a handheld's page says about who is there: the PIN that is on its way, and signs of life [P98] [P99].

const AWAKE_EVERY_MS = 60_000;
const BUSY_AGAIN_MS = 500;
const BUSY_TRIES = 20;
const ANSWER_MOST_MS = 30_000;

interface Later {
    later(work: () => void, ms: number): number;
}

export class Signing {
    private resting = false; // "awake" was said just now, ...
    private touchedSince = false; // ... and the screen was touched after it
    private entry: { frame: object; tries: number } | null = null; // kept no longer than until its answer

    constructor(
        private env: Later,
        private write: (frame: object) => void,
        private silent: () => void, // the hub did not answer a PIN at all
    ) {}

    /** The hub hears of it at once, then once a minute while it goes on. */
    touched(idle_s: number): void {
        if (idle_s === 0) return;
        this.touchedSince = this.resting;
        if (this.resting) return;
        this.write({ t: 'awake' });
        this.resting = true;
        const rested = () => {
            this.resting = false;
            if (this.touchedSince) this.touched(idle_s);
        };
        this.env.later(rested, Math.min(AWAKE_EVERY_MS, (idle_s * 1000) / 4));
    }

    send(frame: object): void {
        const entry = { frame, tries: 0 };
        this.entry = entry;
        this.write(frame);
        this.env.later(() => this.entry === entry && this.silent(), ANSWER_MOST_MS);
    }

    answered(): void {
        this.entry = null;
    }

    /** Others were being looked at: soon once more, without asking her. False: there is nothing to repeat, or it was often. */
    again(): boolean {
        const entry = this.entry;
        if (!entry || ++entry.tries > BUSY_TRIES) return false;
        this.env.later(() => {
            if (this.entry === entry) this.write(entry.frame);
        }, BUSY_AGAIN_MS);
        return true;
    }
}
