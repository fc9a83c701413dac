// The operator's command line, as a test uses it.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function operator(build, folder) {
        const ctl = async (...args) => (await run(path.join(build, 'server/ctl/maitrectl'), ['--socket', path.join(folder, 'control'), ...args], { maxBuffer: 1 << 24, timeout: 60_000 })).stdout;
        return {
                ctl,
                link: async (...args) => /https:\/\/\S+/.exec(await ctl('link', ...args))[0],
                token: async (name) => JSON.parse(await ctl('token', 'till', name, '--json')).token,
                preview: async (customer, associate, seen) => JSON.parse(await ctl('preview', customer, associate, '--json', ...(seen === 'sensed' ? ['--sensed'] : []))),
        };
}
