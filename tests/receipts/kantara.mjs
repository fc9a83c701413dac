// Two readers of a receipt that share nothing with the program: what Kantara's consent receipt 1.1 requires, member by
// member, and RFC 8785's canonical form of the few kinds of values that a receipt has.

const required = {
        version: 'string', jurisdiction: 'string', consentTimestamp: 'integer', collectionMethod: 'string', consentReceiptID: 'string',
        piiPrincipalId: 'string', piiControllers: 'list', services: 'list', policyUrl: 'string', sensitive: 'flag', spiCat: 'list',
};
const optional = { publicKey: 'string', language: 'string' };
const ofController = { piiController: 'string', contact: 'string', address: 'object', email: 'string', phone: 'string' };
const ofPurpose = { consentType: 'string', purposeCategory: 'list', piiCategory: 'list', termination: 'string', thirdPartyDisclosure: 'flag' };
const consentTypes = ['EXPLICIT', 'IMPLICIT'];

function is(kind, value) {
        switch (kind) {
                case 'string': return typeof value === 'string';
                case 'integer': return Number.isSafeInteger(value) && value >= 0;
                case 'flag': return typeof value === 'boolean';
                case 'list': return Array.isArray(value);
                case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value);
        }
        return false;
}

function members(object, kinds, where) {
        return Object.entries(kinds).filter(([name, kind]) => !is(kind, object?.[name])).map(([name, kind]) => `${where}${name} is no ${kind}`);
}

const texts = (list, where) => (list ?? []).filter((one) => typeof one !== 'string' || one === '').map(() => `${where} has something that is no text`);

/** What is wrong with it; [] if nothing is. */
export function wrongWith(receipt) {
        const wrong = members(receipt, required, '');
        for (const [name, kind] of Object.entries(optional)) if (name in receipt && !is(kind, receipt[name])) wrong.push(`${name} is no ${kind}`);
        if (receipt.version !== 'KI-CR-v1.1.0') wrong.push('version is another');
        if ((receipt.piiControllers ?? []).length === 0) wrong.push('nobody answers for it');
        for (const one of receipt.piiControllers ?? []) wrong.push(...members(one, ofController, 'piiControllers.'));
        for (const service of receipt.services ?? []) {
                wrong.push(...members(service, { service: 'string', purposes: 'list' }, 'services.'));
                for (const purpose of service.purposes ?? []) {
                        wrong.push(...members(purpose, ofPurpose, 'purposes.'));
                        if (!consentTypes.includes(purpose.consentType)) wrong.push(`consentType ${purpose.consentType}`);
                        wrong.push(...texts(purpose.purposeCategory, 'purposeCategory'), ...texts(purpose.piiCategory, 'piiCategory'));
                        if (purpose.thirdPartyDisclosure && !is('string', purpose.thirdPartyName)) wrong.push('a third party without a name');
                }
        }
        if (receipt.sensitive && (receipt.spiCat ?? []).length === 0) wrong.push('sensitive, but of no kind');
        return [...wrong, ...texts(receipt.spiCat, 'spiCat')];
}

export function canonical(value) {
        if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
        if (typeof value === 'object' && value !== null)
                return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
        return JSON.stringify(value);
}
