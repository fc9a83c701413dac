// Sockets to their very end: what a device still gets, byte for byte, and by which code it is closed.

export function say(what, ok, more = '') {
        console.log(`${ok ? 'ok      ' : 'FAILED  '} ${what}${ok ? '' : `: ${more}`}`);
}

/** The frames in raw bytes from a hub: [opcode, payload]. */
function framesIn(bytes) {
        const frames = [];
        for (let at = 0; at + 2 <= bytes.length;) {
                const short = bytes[at + 1] & 127;
                const start = at + (short === 126 ? 4 : 2);
                const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
                frames.push([bytes[at] & 15, bytes.subarray(start, start + length)]);
                at = start + length;
        }
        return frames;
}

/** Everything that a socket still gets: { frames, closed (the code), ms }, when it has ended. */
export function theEndOf(stream) {
        const began = Date.now();
        const parts = [];
        let ms = null;
        const collect = (part) => {
                parts.push(part);
                const close = framesIn(Buffer.concat(parts)).find(([opcode]) => opcode === 8);
                if (close && ms === null) {
                        ms = Date.now() - began;
                        stream.write(8, close[1]);
                }
        };
        if (stream.rest.length > 0) collect(stream.rest);
        stream.socket.on('data', collect);
        return new Promise((resolve) => {
                const timer = setTimeout(() => stream.close(), 30_000); // nobody closed it: its code is 0
                stream.socket.on('close', () => {
                        clearTimeout(timer);
                        const frames = framesIn(Buffer.concat(parts));
                        const close = frames.find(([opcode]) => opcode === 8);
                        resolve({ frames, closed: close ? close[1].readUInt16BE(0) : 0, ms: ms ?? Date.now() - began });
                });
        });
}

/** Nothing but its close, and pings. */
export const saidNothing = (end) => end.frames.every(([opcode]) => opcode === 8 || opcode === 9);
export const shown = (end) => JSON.stringify({ ...end, frames: end.frames.map(([opcode, payload]) => [opcode, payload.toString().slice(0, 80)]) });
