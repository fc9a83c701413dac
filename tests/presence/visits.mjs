// The visits in a file of sightings, by the prose alone and from the whole list at once: sort, split at gaps, cut at the ceiling.
//   node visits.mjs events FILE   "milliseconds person" by time, as it is played to the presence core
//   node visits.mjs visits FILE   "person first last"
// A sighting holds for 90 s and 120 s of grace. A visit is over when nothing has held for 30 minutes; six hours after its first
// sighting it is cut off, and what follows without such a gap belongs to nobody's visit.
import { readFileSync } from 'node:fs';

const [, , what, file] = process.argv;
const held = (90 + 120) * 1000;
const gap = 30 * 60 * 1000;
const ceiling = 6 * 60 * 60 * 1000;

const numbers = new Map(); // one customer for each device in each store
const events = readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => {
  const [at, store, device] = line.split(',');
  const key = `${store} ${device}`;
  if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
  return { at: Date.parse(at), person: numbers.get(key) };
}).sort((a, b) => a.at - b.at);

if (what === 'events') {
  for (const e of events) console.log(`${e.at} ${e.person}`);
} else {
  const visits = [];
  for (const person of numbers.values()) {
    const times = events.filter((e) => e.person === person).map((e) => e.at);
    for (let from = 0; from < times.length;) {
      let to = from;
      while (to + 1 < times.length && times[to + 1] - times[to] <= held + gap) to++;
      const [first, last] = [times[from], times[to]];
      visits.push([person, first, last + held > first + ceiling ? first + ceiling : last]);
      from = to + 1;
    }
  }
  for (const v of visits) console.log(v.join(' '));
}
