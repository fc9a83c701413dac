// This device's own key [P95]: made here, kept by the browser, and given to nobody, not even to this page: it can sign,
// it cannot be read. A cookie that was copied from this device is worth nothing without it.

import type { Prove } from '../wire';

const DATABASE = 'maitred';
const KEYS = 'own-keys'; // by their public point: that is how the hub names the one it means
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' };

function answer<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

async function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(KEYS);
    return answer(request);
}

/** One change of what is kept; it is on disk when this comes back. */
async function change(work: (keys: IDBObjectStore) => void): Promise<void> {
    const database = await open();
    try {
        const turn = database.transaction(KEYS, 'readwrite', { durability: 'strict' });
        await new Promise<void>((resolve, reject) => {
            turn.oncomplete = () => resolve();
            turn.onabort = () => reject(turn.error);
            work(turn.objectStore(KEYS));
        });
    } finally {
        database.close();
    }
}

function base64url(bytes: ArrayBuffer): string {
    const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
    return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const older = new Map<string, IDBValidKey[]>(); // what was kept when a key was made: another tab may be making one, too

/** A new key beside the one in use, which stays good until the hub has taken this one. None where the browser keeps none. */
export async function newOwnKey(): Promise<string | undefined> {
    try {
        const pair = await crypto.subtle.generateKey(ECDSA, false, ['sign', 'verify']);
        const point = base64url(await crypto.subtle.exportKey('raw', pair.publicKey));
        await change((keys) => {
            const kept = keys.getAllKeys();
            kept.onsuccess = () => older.set(point, kept.result);
            keys.put(pair.privateKey, point);
        });
        return point;
    } catch {
        return undefined;
    }
}

/** This one was taken; whatever was before it is good for nothing any more. */
export async function keepOwnKey(point: string | undefined): Promise<void> {
    if (point === undefined) return;
    await change((keys) => older.get(point)?.forEach((name) => keys.delete(name))).catch(() => undefined);
    // What nobody looks at for long may else be cleared away. Not waited for: a browser may ask somebody first.
    void navigator.storage?.persist?.().catch(() => false);
}

/** The signature that the hub asks for; null if this browser does not have the key. */
export async function proofOf(asked: Prove): Promise<string | null> {
    const database = await open();
    try {
        const keys = database.transaction(KEYS, 'readonly').objectStore(KEYS);
        const key = (await answer(keys.get(asked.key))) as CryptoKey | undefined;
        if (!key) return null;
        const text = `maitred handheld 1\n${location.origin}\n${asked.session}\n${asked.nonce}`;
        const how = { name: 'ECDSA', hash: 'SHA-256' };
        return base64url(await crypto.subtle.sign(how, key, new TextEncoder().encode(text)));
    } finally {
        database.close();
    }
}
