// Two hubs on one address for the agent to find by mDNS: the one that made its code, and one that only says so. Prints the code and the id
// that the first publishes; then a line whenever something is said to either.
// usage: node hubs.mjs FOLDER ADDRESS PORT OTHER_PORT
import { certificates, pairText, StandHub } from '../agent/stand_hub.mjs';

const [folder, address, port, other] = process.argv.slice(2);
const [mine, theirs] = [certificates(folder, 'hub'), certificates(folder, 'other')];
const hub = await new StandHub(mine, []).open(Number(port), address);
const hostile = await new StandHub(theirs, []).open(Number(other), address);
for (const one of [hub, hostile]) one.onPair = () => [200, { token: one.token, sensor: 'found', store: 'x' }];
console.log(`code ${pairText('ABCDEFGH', mine.pin)}`);
console.log(`id ${mine.pin.toString('hex').slice(0, 16)}`);
setInterval(() => console.log(`hub said ${hub.said.length} calls ${hub.calls.length}; hostile got ${hostile.received}`), 200);
