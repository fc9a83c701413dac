// Asks the hub for something that it must look up, one call after the other, for as long as a process runs; prints how
// long the answers took. Exits 1 if a call failed or fewer than ten were answered.
//
//   node calls.mjs BASE CA TOKEN PID

import https from 'node:https';
import { readFileSync } from 'node:fs';

const [base, ca, token, pid] = process.argv.slice(2);
const url = new URL('/api/till/invite', base);
const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(ca) });
const body = JSON.stringify({ line: 'no such line' });

function running() {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

function call() {
  const headers = {
    Origin: url.origin, Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = https.request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode, ms: performance.now() - began }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const times = [];
const other = new Map();
while (running()) {
  const { status, ms } = await call();
  if (status === 404) times.push(ms);
  else other.set(status, (other.get(status) ?? 0) + 1);
}
times.sort((a, b) => a - b);
const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))]?.toFixed(1);
console.log(`${times.length} calls while the import ran: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
for (const [status, n] of other) console.log(`${n} answered with ${status}`);
process.exitCode = times.length >= 10 ? 0 : 1;
agent.destroy();
