// Receipts of what a customer said [P100-P102]. Part of wire.ts.

export type ReceiptWhat = 'joined' | 'changed' | 'accepted' | 'not_today' | 'left';

export interface Receipts {
    receipts: { id: string; at_ms: number; what: ReceiptWhat }[];
    rest: number;
}

export interface ReceiptEvent {
    category: 'presence' | 'instore' | 'online' | 'other_stores' | 'sizes' | 'sensed' | 'notes';
    id: string;
    mode: 'ask' | 'not_today' | 'standing';
    purpose: 'alert' | 'history';
    state: 'given' | 'refused' | 'withdrawn';
    until_ms: number;
}

export interface ReceiptPurpose {
    consentType: 'EXPLICIT';
    piiCategory: string[];
    primaryPurpose: boolean;
    purpose: string;
    purposeCategory: string[];
    termination: string;
    thirdPartyDisclosure: boolean;
}

export interface Receipt {
    collectionMethod: string;
    consentReceiptID: string;
    consentTimestamp: number;
    jurisdiction: string;
    language: string;
    maitred: {
        actor: 'principal';
        at_ms: number;
        events: ReceiptEvent[];
        format: number;
        method: 'invitation' | 'door' | 'page';
        notice: { name: string; promised_sha256: string; version: number };
        page_sha256: string;
        steps: number;
        store: string;
        what: ReceiptWhat;
    };
    piiControllers: {
        address: { addressCountry: string; streetAddress: string };
        contact: string;
        email: string;
        onBehalf: boolean;
        phone: string;
        piiController: string;
        piiControllerUrl: string;
    }[];
    piiPrincipalId: string;
    policyUrl: string;
    publicKey: string;
    sensitive: boolean;
    services: { purposes: ReceiptPurpose[]; service: string }[];
    signature: string;
    spiCat: 'Location'[];
    version: 'KI-CR-v1.1.0';
}
