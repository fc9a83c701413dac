// The operator's socket [P30], spoken by the test itself: a preview takes no program of its own.
import net from 'node:net';

const HELLO = 1;
const CALL = 2;

export class Control {
        static async open(file) {
                const control = new Control(net.connect(file));
                await control.say(HELLO, { version: 1 });
                return control;
        }

        constructor(socket) {
                this.socket = socket;
                this.rest = Buffer.alloc(0);
                this.waiting = [];
                socket.on('data', (part) => this.take(part));
                socket.on('error', (e) => this.waiting.splice(0).forEach((one) => one.reject(e)));
        }

        take(part) {
                this.rest = Buffer.concat([this.rest, part]);
                while (this.rest.length >= 8 && this.rest.length >= 8 + this.rest.readUInt32LE(0)) {
                        const end = 8 + this.rest.readUInt32LE(0);
                        this.waiting.shift().resolve(Buffer.from(this.rest.subarray(8, end)));
                        this.rest = this.rest.subarray(end);
                }
        }

        say(type, body) {
                const text = Buffer.from(JSON.stringify(body));
                const head = Buffer.alloc(8);
                head.writeUInt32LE(text.length, 0);
                head[4] = type;
                return new Promise((resolve, reject) => {
                        this.waiting.push({ resolve, reject });
                        this.socket.write(Buffer.concat([head, text]));
                });
        }

        /** {status, body, wire} of one of the operator's messages. */
        async call(t, body) {
                const answer = await this.say(CALL, { t, ...body });
                const wire = answer.subarray(2).toString();
                return { status: answer.readUInt16LE(0), body: JSON.parse(wire), wire };
        }

        close() {
                this.socket.destroy();
        }
}
