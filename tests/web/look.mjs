// Pictures of every page and state, made with the fake hub: node tests/web/look.mjs DIST OUT [only] [dark]
import fs from 'node:fs';
import path from 'node:path';
import { axe, DESK, openBrowser, openWindow, PHONE } from './lib/browser.mjs';
import { annasCard, freshNow, startFake } from './lib/fakehub.mjs';
import { root } from './lib/packages.mjs';

const [dist, out, only = '', scheme = ''] = process.argv.slice(2);
fs.mkdirSync(out, { recursive: true });
const fake = await startFake({ dist: path.resolve(dist) });
const browser = await openBrowser();
const balanced = () =>
    fs
        .readFileSync(path.join(root, 'config/rulebooks/balanced.rules'), 'utf8')
        .split('\n')
        .map((l) => /^(\w+): (.*)$/.exec(l))
        .filter(Boolean)
        .map(([, id, text]) => ({ id, text }));
const visit = { meet: '', hint: '', wish: '', if_busy: 'wait', who: 'Maria', about_s: 120 };
const standIn = () => {
    const card = annasCard({ card: 1, standing: 'Maria’s client', meet: 'By the entrance' });
    card.fields = {
        hint: { ...card.fields.name, text: 'green coat' },
        wish: { ...card.fields.name, text: 'a coat' },
        sizes: card.fields.sizes,
    };
    card.may_say = card.know_only = { because: '', lines: [] };
    return card;
};
const full = (head) => {
    const card = annasCard({ card: 1, meet: 'Shoes, floor 2', ...head });
    card.fields.hint = { ...card.fields.name, text: 'green coat' };
    card.fields.wish = { ...card.fields.name, text: 'a winter coat' };
    card.fields.greet = { ...card.fields.name, text: 'Anna' };
    return card;
};
fake.board = {
    store: 'Downtown',
    you: 'Eleanor V.',
    now_ms: Date.now(),
    book: 'rulebook balanced version 1 store * notice visit-alerts 1',
    associates: [
        ['Maria L.', 'associate', 'Women, Shoes', true],
        ['Tomas R.', 'associate', 'Men', true],
        ['Ines K.', 'trainee', 'Shoes', true],
        ['Paul D.', 'associate', 'Home', false],
        ['Eleanor V.', 'manager', 'Floor', true],
        ['Greta S.', 'associate', 'Children', false],
        ['Olu A.', 'associate', 'Bags', true],
    ].map(([name, role, d, connected]) => ({ name, role, departments: d.split(', '), connected })),
    visits: [
        { who: 'A.B.', state: 'accepted', minutes: 1, with: 'Maria L.' },
        { who: 'C.D.', state: 'with_her', minutes: 12, with: 'Tomas R.' },
        { who: 'L.M.', state: 'offered', minutes: 0, with: '' },
        { who: 'R.S.', state: 'nobody', minutes: 3, with: '' },
    ],
    today: { arrivals: 14, met: 11, nobody: 1 },
    sensors: [
        { name: 'front door', zone: '', counts: true, state: 'ok', heard_s: 12 },
        { name: 'first floor', zone: 'café', counts: false, state: 'silent', heard_s: 260 },
    ],
    rules: balanced(),
};

async function openNow(page, part, hash = '') {
    fake.now = freshNow(part);
    await page.goto(`${fake.url}/${hash}`);
    await page.waitForSelector(
        '[data-screen]:not([data-screen="loading"]):not([data-screen="join-loading"])',
    );
}
const until = (page, screen) => page.waitForSelector(`[data-screen="${screen}"]`);
const handheld = async (page) => {
    fake.cards.clear();
    fake.paired = true;
    await page.goto(`${fake.url}/h`);
    await page.waitForSelector('[data-link="open"]');
};

const shots = {
    'customer-join': (p) => openNow(p, { state: 'stranger' }, '#j.SECRET'),
    'customer-join-more': async (p) => {
        await openNow(p, { state: 'stranger' }, '#j.SECRET');
        await p.click('.line.strikable >> nth=1');
        await p.click('.row-head');
        await p.evaluate(() => scrollTo(0, 9999));
    },
    'customer-age': async (p) => {
        await openNow(p, { state: 'stranger' }, '#j.SECRET');
        await p.click('[data-do="yes"]');
        await until(p, 'age');
    },
    'customer-join-refused': async (p) => {
        await openNow(p, { state: 'stranger' }, '#j.SECRET');
        await p.click('.line.strikable >> nth=1');
        await p.click('[data-do="yes"]');
        fake.problems['customer/join'] = {
            status: 409,
            error: 'too_many_alike',
            say: 'Too many purchases stand behind one of these lines.',
            do: 'Leave that line, or do not share its kind.',
        };
        await p.click('[data-do="join"]');
        await p.waitForSelector('[data-notice="too_many_alike"]');
    },
    'customer-joined': async (p) => {
        await openNow(p, { state: 'home' }, '#j.SECRET');
        await p.click('[data-do="yes"]');
        await p.click('[data-do="join"]');
        await until(p, 'joined');
    },
    'customer-refused': async (p) => {
        await openNow(p, { state: 'stranger' }, '#j.SECRET');
        await p.click('[data-do="no"]');
        await until(p, 'refused');
    },
    'customer-asked-before': async (p) => {
        await openNow(p, { state: 'stranger' }, '#j.S1');
        await p.click('[data-do="no"]');
        await until(p, 'refused');
        await p.goto(`${fake.url}/#j.S2`);
        await until(p, 'asked-before');
    },
    'customer-minor': async (p) => {
        const l = fake.look;
        fake.look = { ...l, state: 'refused_minor', card: null };
        await p.goto(`${fake.url}/#j.S3`);
        await until(p, 'minor');
        fake.look = l;
    },
    'customer-used-link': async (p) => {
        fake.problems['customer/look'] = { status: 410, error: 'link_over' };
        await p.goto(`${fake.url}/#j.S4`);
        await until(p, 'join-link_over');
    },
    'customer-stranger-door': (p) => openNow(p, { state: 'stranger', associate: null }, '#d.CODE'),
    'customer-stranger': (p) => openNow(p, { state: 'stranger', associate: null }),
    'customer-door': (p) => openNow(p, {}, '#d.CODE'),
    'customer-door-busy': async (p) => {
        await openNow(p, {}, '#d.CODE');
        await p.click('.row-head[aria-expanded]');
    },
    'customer-door-out': (p) => openNow(p, { associate: { name: 'Maria', in: false } }, '#d.CODE'),
    'customer-door-nobody': (p) => openNow(p, { associate: null }, '#d.CODE'),
    'customer-closed': (p) => openNow(p, { open: false }, '#d.CODE'),
    'customer-code-old': async (p) => {
        await openNow(p, {}, '#d.CODE');
        fake.problems['customer/arrive'] = { status: 409, error: 'code_old' };
        await p.click('[data-do="arrive"]');
        await until(p, 'rescan');
    },
    'customer-told': (p) => openNow(p, { state: 'told', visit }),
    'customer-telling': (p) =>
        openNow(p, { state: 'told', visit: { ...visit, if_busy: '', who: '', about_s: 0 } }),
    'customer-asked': (p) =>
        openNow(p, {
            state: 'told',
            visit: { ...visit, if_busy: '', who: '', about_s: 0, ask: { left_s: 52 } },
        }),
    'customer-waiting': (p) => openNow(p, { state: 'told', visit: { ...visit, who: '', about_s: 0 } }),
    'customer-looking': (p) =>
        openNow(p, { state: 'nobody', visit: { ...visit, if_busy: 'look', who: '', about_s: 0 } }),
    'customer-told-wearing': async (p) => {
        await openNow(p, {
            state: 'told',
            visit: { ...visit, meet: 'By the entrance', hint: 'green coat', wish: 'to return shoes' },
        });
        await p.click('.row-head >> nth=1');
    },
    'customer-told-wish': async (p) => {
        await openNow(p, { state: 'told', visit: { ...visit, hint: 'green coat', wish: 'to return shoes' } });
        await p.click('.row-head >> nth=2');
    },
    'customer-coming': (p) =>
        openNow(p, { state: 'coming', visit: { ...visit, hint: 'green coat', wish: 'a coat' } }),
    'customer-with-her': (p) => openNow(p, { state: 'with_her', visit }),
    'customer-nobody': (p) => openNow(p, { state: 'nobody', visit: { ...visit, who: '' } }),
    'customer-offline': async (p) => {
        await openNow(p, { state: 'told', visit });
        fake.down = true;
        await p.waitForSelector('[data-notice="offline"]', { timeout: 9000 });
        fake.down = false;
    },
    'customer-card': async (p) => {
        await openNow(p, { state: 'told', visit });
        await p.click('[data-open="card"]');
        await p.waitForSelector('dialog .card');
        await p.click('dialog .line[aria-expanded] >> nth=2');
    },
    'customer-cleared': async (p) => {
        await openNow(p, { state: 'told', visit });
        fake.now = freshNow();
        await p.click('[data-do="stop"]');
        await until(p, 'cleared');
    },
    'customer-not-today': async (p) => {
        await openNow(p, {}, '#d.CODE');
        fake.now = freshNow({ state: 'not_today' });
        await p.click('[data-do="not_today"]');
        await until(p, 'not-today');
    },
    'customer-card-refused': async (p) => {
        await openNow(p, { state: 'told', visit });
        await p.click('[data-open="card"]');
        await p.waitForSelector('dialog .card');
        await p.click('dialog .line[aria-expanded] >> nth=2');
        fake.problems['customer/strike'] = {
            status: 409,
            error: 'too_many_alike',
            say: 'Too many purchases stand behind this one line.',
            do: 'Stop sharing their kind instead.',
        };
        await p.click('dialog [data-how="hide"]');
        await p.waitForSelector('dialog .notice');
    },
    'customer-after': (p) =>
        openNow(p, { state: 'after', after: { who: 'Maria', lines: 5, thanked: false } }),
    'customer-thanked': async (p) => {
        await openNow(p, { state: 'after', after: { who: 'Maria', lines: 5, thanked: false } });
        fake.now = freshNow();
        await p.click('[data-do="thanks"]');
        await until(p, 'thanked');
    },
    'customer-home': (p) => openNow(p, {}),
    'customer-here-by-wifi': async (p) => {
        await openNow(p, { state: 'home', notice: { wifi: true, always: false, here: true } });
        await until(p, 'door');
    },
    'customer-share-wifi-whole': async (p) => {
        await openNow(p, { state: 'home', visits: 3, notice: { wifi: true, always: true, here: false } });
        await p.click('[data-open="share"]');
        await p.waitForSelector('dialog');
    },
    'handheld-may-be': async (p) => {
        await handheld(p);
        const card = full({ seen: 'may-be', age_s: 130 });
        card.fields = {};
        card.may_say = { because: '', lines: [] };
        card.know_only = { because: '', lines: [] };
        fake.show(card);
        await p.waitForSelector('[data-do="its_her"]');
    },
    'customer-share': async (p) => {
        await openNow(p, {});
        await p.click('[data-open="share"]');
        await p.waitForSelector('dialog');
    },
    'customer-stop-everything': async (p) => {
        await openNow(p, {});
        await p.click('[data-open="share"]');
        await p.click('[data-do="stop-everything"]');
    },
    'handheld-pair': async (p) => {
        await p.goto(`${fake.url}/h#p.SECRET`);
        await until(p, 'pair');
    },
    'handheld-idle': (p) => handheld(p),
    'handheld-card': async (p) => {
        await handheld(p);
        fake.show(full());
        await until(p, 'card');
        await p.waitForTimeout(400);
    },
    'handheld-why': async (p) => {
        await handheld(p);
        fake.show(full());
        await until(p, 'card');
        await p.click('.why');
    },
    'handheld-accepted': async (p) => {
        await handheld(p);
        fake.show(full({ state: 'accepted', answer_within_ms: 0 }));
        await until(p, 'card');
    },
    'handheld-with-her': async (p) => {
        await handheld(p);
        fake.show(full({ state: 'with_her', answer_within_ms: 0 }));
        await until(p, 'card');
    },
    'handheld-stand-in': async (p) => {
        await handheld(p);
        fake.show(standIn());
        await until(p, 'card');
    },
    'handheld-waits': async (p) => {
        await handheld(p);
        fake.waits = true;
        fake.show(full());
        await p.click('[data-do="busy"]');
        await p.waitForSelector('[data-notice="waits"]');
        fake.waits = false;
    },
    'handheld-hand-over': async (p) => {
        await handheld(p);
        fake.show(full({ state: 'accepted' }));
        await p.click('[data-do="hand_over"]');
        await p.waitForSelector('[data-to="1"]');
    },
    'handheld-unanswered': async (p) => {
        await handheld(p);
        fake.silent = true;
        fake.show(full());
        await p.click('[data-do="busy"]');
        await p.waitForSelector('[data-notice="unanswered"]');
        fake.silent = false;
    },
    'handheld-two': async (p) => {
        await handheld(p);
        fake.show({ ...full({ state: 'with_her', answer_within_ms: 0 }), card: 1 });
        fake.show({ ...standIn(), card: 2 });
        await p.waitForSelector('.slip');
    },
    'handheld-locked': async (p) => {
        await handheld(p);
        fake.show(full({ state: 'accepted', answer_within_ms: 0 }));
        await until(p, 'card');
        await p.evaluate(() => {
            Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        });
        await p.evaluate(() => {
            Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        });
        await p.waitForSelector('.locked');
    },
    'handheld-offline': async (p) => {
        await handheld(p);
        fake.show(full({ state: 'accepted', answer_within_ms: 0 }));
        await until(p, 'card');
        fake.down = true;
        fake.cut();
        await p.waitForSelector('[data-link="offline"]');
        fake.down = false;
    },
    'handheld-unpaired': async (p) => {
        fake.paired = false;
        await p.goto(`${fake.url}/h`);
        await until(p, 'refused');
        fake.paired = true;
    },
    'handheld-sales': async (p) => {
        await handheld(p);
        fake.sales = [
            { sale: 1, item: 'Navy coat', at_ms: Date.now() - 4e6 },
            { sale: 2, item: 'Ankle boots', at_ms: Date.now() - 9e6 },
            { sale: 3, item: 'Silk scarf', at_ms: Date.now() - 15e6 },
        ];
        await p.click('[data-do="invite"]');
        await p.waitForSelector('[data-sale]');
    },
    'handheld-invite': async (p) => {
        await handheld(p);
        fake.sales = [{ sale: 1, item: 'Navy coat', at_ms: Date.now() }];
        await p.click('[data-do="invite"]');
        await p.click('[data-sale]');
        await p.waitForSelector('dialog .qr');
    },
    sign: async (p) => {
        await p.goto(`${fake.url}/s`);
        await until(p, 'sign');
    },
    'sign-offline': async (p) => {
        fake.down = true;
        await p.goto(`${fake.url}/s`);
        await until(p, 'offline');
        fake.down = false;
    },
    'sign-unpaired': async (p) => {
        fake.paired = false;
        await p.goto(`${fake.url}/s`);
        await until(p, 'unpaired');
        fake.paired = true;
    },
    'sign-wide': async (p) => {
        await p.goto(`${fake.url}/s`);
        await until(p, 'sign');
    },
    'console-phone': async (p) => {
        fake.cards.clear();
        await p.goto(`${fake.url}/c`);
        await until(p, 'board');
    },
    'console-wide': async (p) => {
        fake.cards.clear();
        await p.goto(`${fake.url}/c`);
        await until(p, 'board');
        await p.waitForSelector('[data-link="open"]');
    },
    'console-wide-card': async (p) => {
        fake.cards.clear();
        await p.goto(`${fake.url}/c`);
        await until(p, 'board');
        await p.waitForSelector('[data-link="open"]');
        fake.show(standIn());
        await p.waitForSelector('.card');
    },
    'console-wide-whole': async (p) => {
        fake.cards.clear();
        await p.goto(`${fake.url}/c`);
        await until(p, 'board');
    },
    'console-unpaired': async (p) => {
        fake.paired = false;
        await p.goto(`${fake.url}/c`);
        await until(p, 'refused');
        fake.paired = true;
    },
};

let bad = 0;
for (const dark of scheme === 'dark' ? [true] : scheme === 'light' ? [false] : [false, true])
    for (const [name, prepare] of Object.entries(shots)) {
        if (only && !new RegExp(only).test(name)) continue;
        const page = await openWindow(browser, {
            viewport: name.includes('wide') ? DESK : PHONE,
            dark,
            scale: name.includes('wide') ? 1 : 2,
        });
        page.setDefaultTimeout(6000);
        try {
            await prepare(page);
            await page.screenshot({
                path: path.join(out, `${name}${dark ? '-dark' : ''}.png`),
                fullPage: name.includes('whole'),
            });
            const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
            const wrong = [...page.wrong, ...(await axe(page)), ...(wide ? ['scrolls sideways'] : [])];
            if (wrong.length) {
                bad++;
                console.log(`${name}${dark ? ' dark' : ''}: ${wrong.join('\n    ')}`);
            }
        } catch (e) {
            bad++;
            console.log(
                `${name}${dark ? ' dark' : ''}: ${e.message.split('\n').slice(0, 3).join(' ')} ${page.wrong.join('; ')}`,
            );
            fake.down = false;
            fake.paired = true;
        }
        await page.context().close();
    }
await browser.close();
fake.stop();
console.log(`${bad} with something wrong`);
