import dns from 'node:dns';
import { appendFileSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into a service before anything of its own: whoever resolves a name below `.rebind.test`, by whichever function of
 * Node, is told what stands in TEST_RESOLVER_FILE, `{name: [[address, …], …]}`: the first list at the first question, the
 * next one at the next, the last one from then on. As with a name server of the attacker's, and nothing is ever cached.
 */
const file = process.env['TEST_RESOLVER_FILE'] ?? '';
const asked = new Map();

function answersFor(name) {
  if (!name.endsWith('.rebind.test')) return undefined;
  const script = JSON.parse(readFileSync(file, 'utf8'))[name] ?? [];
  const key = JSON.stringify([name, script]);
  const turn = asked.get(key) ?? 0;
  asked.set(key, turn + 1);
  const addresses = script[Math.min(turn, script.length - 1)] ?? [];
  appendFileSync(`${file}.log`, `${JSON.stringify({ name, addresses })}\n`);
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

const notFound = (name) => Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });

const { lookup: promised } = dns.promises;
dns.promises.lookup = async (name, options) => {
  const answers = answersFor(name);
  if (!answers) return promised(name, options);
  if (answers.length === 0) throw notFound(name);
  return options?.all === true ? answers : answers[0];
};

const { lookup } = dns;
dns.lookup = (name, options, callback) => {
  const answers = answersFor(name);
  if (!answers) {
    lookup(name, options, callback);
    return;
  }
  const done = typeof options === 'function' ? options : callback;
  const [first] = answers;
  if (!first) process.nextTick(done, notFound(name));
  else if (options?.all === true) process.nextTick(done, null, answers);
  else process.nextTick(done, null, first.address, first.family);
};

syncBuiltinESMExports();
