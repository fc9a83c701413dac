// What the stream of cards stands on: a socket, time, chance and two marks, all handed in.

import type { Prove } from '../wire';

export interface SocketLike {
    readonly readyState?: number; // as of a WebSocket; one that does not say is open
    send(text: string): void;
    close(code?: number): void;
    onopen: (() => void) | null;
    onmessage: ((event: { data: unknown }) => void) | null;
    onclose: ((event: { code: number }) => void) | null;
}

export interface Marks {
    epoch: string;
    seq: number;
}

export interface StreamEnv {
    open(): SocketLike;
    now(): number; // milliseconds of a steady clock
    later(work: () => void, ms: number): number;
    cancel(timer: number): void;
    random(): number;
    load(): Marks | null;
    save(marks: Marks): void;
    /** What shows that this is the device that was paired [P95]; null: it has no such key. */
    proof(asked: Prove): Promise<string | null>;
}
