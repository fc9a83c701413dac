// Debian's Chromium under playwright-core, quiet on the network, with phones and consoles as windows.
import fs from 'node:fs';
import { packageOf, pathOf } from './packages.mjs';

export const PHONE = { width: 360, height: 640 };
export const DESK = { width: 1280, height: 800 };

export function chromiumPath() {
    return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((f) =>
        fs.existsSync(f),
    );
}

export async function openBrowser() {
    const { chromium } = await packageOf('playwright-core');
    return chromium.launch({
        executablePath: chromiumPath(),
        headless: true,
        args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--autoplay-policy=no-user-gesture-required',
        ],
    });
}

/** A fresh device: own cookies, own storage; or a second window of one, whose context is given. Everything that goes wrong in the page lands in `page.wrong`. */
export async function openWindow(browser, { viewport = PHONE, dark = false, calm = true, scale = 2, context: own, locale = 'en-GB' } = {}) {
    const context = own ?? await browser.newContext({
        viewport,
        deviceScaleFactor: scale,
        ignoreHTTPSErrors: true,
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: calm ? 'reduce' : 'no-preference',
        locale,
        hasTouch: viewport.width < 700,
    });
    const page = await context.newPage();
    page.wrong = [];
    page.on('pageerror', (e) => page.wrong.push(`error: ${e.message}`));
    page.on('console', (m) => {
        if (m.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(m.text()))
            page.wrong.push(`console: ${m.text()}`);
    });
    return page;
}

/** axe-core's violations on the page as it stands, as short texts. Runs outside the page's policy, changes nothing. */
export async function axe(page, rules = null) {
    const source = fs.readFileSync(pathOf('axe-core/axe.min.js'), 'utf8');
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
    const found = await page.evaluate(
        (only) =>
            globalThis.axe.run(document, { resultTypes: ['violations'], ...(only ? { runOnly: only } : {}) }),
        rules,
    );
    return found.violations.map(
        (v) =>
            `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`,
    );
}
