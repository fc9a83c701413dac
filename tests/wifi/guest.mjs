// The emulated guest: boots it, says commands on its serial line, and knows the few things that phones and an access point do in it.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { spawn } from 'node:child_process';

export class Guest {
        constructor(folder, kernel, initrd) {
                Object.assign(this, { folder, kernel, initrd, text: '', waiting: [] });
        }

        /** Resolves when its shell is ready. */
        async boot() {
                const line = path.join(this.folder, 'serial');
                const server = net.createServer();
                await new Promise((done) => server.listen(line, done));
                const connected = new Promise((done) => server.once('connection', done));
                // Never the machine's own virtualisation: where it is broken it hangs without a word.
                this.child = spawn('qemu-system-x86_64', ['-accel', 'tcg,thread=single,tb-size=256', '-cpu', 'max', '-M', 'pc,usb=off,vmport=off', '-smp', '1', '-m', '384', '-kernel', this.kernel, '-initrd', this.initrd, '-append', 'console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off nokaslr no_timer_check tsc=reliable random.trust_cpu=on cryptomgr.notests raid=noautodetect', '-nodefaults', '-no-user-config', '-display', 'none', '-monitor', 'none', '-no-reboot', '-serial', `file:${path.join(this.folder, 'console')}`, '-chardev', `socket,id=s1,path=${line}`, '-serial', 'chardev:s1', '-netdev', 'user,id=n0,ipv6=off', '-device', 'virtio-net-pci,netdev=n0,romfile='], { stdio: ['ignore', 'ignore', 'inherit'] });
                this.ended = new Promise((done) => this.child.on('exit', done));
                this.socket = await connected;
                server.close();
                this.socket.on('data', (part) => this.heard(part.toString('latin1')));
                await this.answer(120_000, 'the guest to boot');
        }

        heard(part) {
                this.text += part;
                for (;;) {
                        const end = /(^|\n)=== (\S+)\r?\n/.exec(this.text);
                        if (!end) return;
                        const said = this.text.slice(0, end.index);
                        this.text = this.text.slice(end.index + end[0].length);
                        this.waiting.shift()?.({ said, code: end[2] });
                }
        }

        answer(ms, what) {
                return new Promise((done, failed) => {
                        const timer = setTimeout(() => failed(new Error(`waited in vain for ${what}`)), ms);
                        this.waiting.push((value) => {
                                clearTimeout(timer);
                                done(value);
                        });
                });
        }

        /** One command line; its output. A code other than 0 is an error. */
        async sh(line, ms = 60_000) {
                const command = line.replaceAll('\n', ';');
                let said, code;
                do {
                        // The empty line ends a command whose own end was lost.
                        this.socket.write(`${command.length}:${command}\n\n`);
                        ({ said, code } = await this.answer(ms, line));
                } while (code === 'again');
                if (code !== '0') throw new Error(`in the guest: ${line}\ncode ${code}: ${said}`);
                return said.trim();
        }

        async write(file, text) {
                await this.sh(`echo ${Buffer.from(text).toString('base64')} | base64 -d >${file}`);
        }

        /** Asks again until the command succeeds. */
        async until(line, ms = 60_000) {
                const last = Date.now() + ms;
                for (;;) {
                        try {
                                return await this.sh(line);
                        } catch (error) {
                                if (Date.now() > last) throw error;
                                await this.sh('usleep 200000');
                        }
                }
        }

        async off() {
                if (!this.child) return;
                this.child.kill('SIGKILL');
                await this.ended;
        }

        // ---- the access point

        async hostapd(psk) {
                await this.write('/tmp/psk', psk);
                await this.write('/tmp/hostapd.conf', ['interface=wlan0', 'driver=nl80211', 'ctrl_interface=/run/hostapd', 'ssid=store', 'hw_mode=g', 'channel=1', 'wpa=2', 'wpa_key_mgmt=WPA-PSK', 'rsn_pairwise=CCMP', 'wpa_psk_file=/tmp/psk', 'ap_max_inactivity=5', ''].join('\n'));
                await this.startHostapd();
        }

        async startHostapd() {
                await this.sh('hostapd -B -t -P /run/hostapd.pid -f /tmp/hostapd.log /tmp/hostapd.conf');
        }

        async killHostapd() {
                await this.sh('kill -9 $(cat /run/hostapd.pid)');
        }

        // ---- phones: radio N is a phone

        async phone(n, key, { mac, random = false } = {}) {
                await this.phoneOff(n);
                if (mac) await this.sh(`ip link set wlan${n} down; ip link set wlan${n} address ${mac}`);
                const more = random ? 'mac_addr=1\npreassoc_mac_addr=1\nrand_addr_lifetime=0\n' : '';
                await this.write(`/tmp/phone${n}.conf`, `ctrl_interface=/run/phone${n}\nap_scan=1\n${more}network={\n ssid="store"\n psk="${key}"\n key_mgmt=WPA-PSK\n scan_freq=2412\n}\n`);
                await this.sh(`wpa_supplicant -B -t -Dnl80211 -iwlan${n} -P /run/phone${n}.pid -c/tmp/phone${n}.conf -f /tmp/phone${n}.log`);
        }

        /** Leaves politely and is switched off. */
        async phoneOff(n) {
                await this.sh(`if [ -e /run/phone${n}.pid ]; then kill $(cat /run/phone${n}.pid); while [ -e /run/phone${n}.pid ]; do usleep 50000; done; fi`);
        }

        wpa(n, word) {
                return this.sh(`wpa_cli -p /run/phone${n} -i wlan${n} ${word}`);
        }

        address(n) {
                return this.sh(`cat /sys/class/net/wlan${n}/address`);
        }

        /** In and out of the access point's reach. */
        async reach(n, within) {
                await this.sh(`echo ${within ? 1 : 2} >/sys/kernel/debug/ieee80211/phy${n}/hwsim/group`);
        }
}

export function log(folder, name) {
        const file = path.join(folder, name);
        return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}
