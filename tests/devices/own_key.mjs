// A handheld's own key as a program holds it [P95]; a page's is in server/web/src/lib/own-key.ts.
import { createSign, generateKeyPairSync } from 'node:crypto';

export const makeKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The public point as it is sent when pairing. */
export function pointOf({ publicKey }) {
        const { x, y } = publicKey.export({ format: 'jwk' });
        return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('base64url');
}

/** The signature that a page of this origin gives. */
export function signatureOf({ privateKey }, asked, origin) {
        const text = `maitred handheld 1\n${origin}\n${asked.session}\n${asked.nonce}`;
        return createSign('sha256').update(text).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}
