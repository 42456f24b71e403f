// The console's figures: ./dev.sh bench console [SECONDS] [VIEWERS] [SECONDS_OF_TAIL]. The product as it ships, a real Chromium, an upstream beside it.
// All of them share this machine, so run it alone, and read the figures as an upper bound.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as send } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '../e2e/clients/node_modules/playwright-core/index.mjs';

const root = resolve(import.meta.dirname, '..');
const seconds = Number(process.argv[2] ?? 20);
const viewers = Number(process.argv[3] ?? 50);
const tailSeconds = Number(process.argv[4] ?? seconds);
const rate = 200;
const crowdSize = 200;
const viewersDll = join(root, 'bench/viewers/bin/Release/net10.0/ViewersBench.dll');
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-benchconsole-'));
const data = join(folder, 'data');
const run = (program, words, options = {}) => execFileSync(program, words, { cwd: root, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'], ...options });
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const at = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const say = (what, figure, budget) => console.log(`${what.padEnd(58)} ${String(figure).padStart(12)}   ${budget ?? ''}`);

const answer = JSON.stringify({
  id: 'chatcmpl-1', object: 'chat.completion', model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Pong.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 212, completion_tokens: 24, total_tokens: 236, prompt_tokens_details: { cached_tokens: 128 } },
});

const upstream = createServer((incoming, response) => {
  incoming.resume();
  incoming.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
});
await new Promise((done) => upstream.listen(0, '127.0.0.1', done));

const configuration = `
_format_version: "3.0"
services:
- name: load
  url: http://localhost
  routes: [{ name: load, paths: ["/load"] }]
  plugins:
  - name: ai-proxy
    config:
      route_type: llm/v1/chat
      auth: { header_name: Authorization, header_value: Bearer bench }
      logging: { log_statistics: true }
      model: { provider: openai, options: { upstream_url: "http://127.0.0.1:${upstream.address().port}/v1/chat/completions" } }
`;

run('dotnet', ['build', 'bench/viewers', '-c', 'Release', '-v', 'quiet', '-nologo'], { stdio: ['ignore', 'inherit', 'inherit'] });
run('dotnet', ['build', 'bench/pauses', '-c', 'Release', '-v', 'quiet', '-nologo'], { stdio: ['ignore', 'inherit', 'inherit'] });
const memory = join(folder, 'memory');
const hook = join(root, 'bench/pauses/bin/Release/net10.0/PauseWatch.dll');
const lines = run('./quickstart', ['--data', data, '--deck-output', '--proxy-port', '0', '--admin-port', '0', '--console-port', '0', '-e', `DOTNET_STARTUP_HOOKS=${hook}`, '-e', `LIVE_MEMORY=${memory}`]);
const exports = Object.fromEntries([...lines.matchAll(/^export ([A-Z_]+)='([^']*)'/gm)].map(([, name, value]) => [name, value]));
const pid = readFileSync(join(data, 'run', 'pid'), 'utf8').trim();
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Ping' }] });

const cpuSeconds = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;

// Managed memory in use, after a full collection.
async function liveMb() {
  writeFileSync(memory, '?');
  while (readFileSync(memory, 'utf8') === '?') await wait(100);
  return Number(readFileSync(memory, 'utf8')) / 1024 / 1024;
}

const residentMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

const call = () => new Promise((done, fail) => {
  const begun = performance.now();
  const outgoing = send(`${exports.KONNECT_PROXY_URL}/load/v1/chat/completions`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (response) => {
    response.resume();
    response.on('end', () => done(performance.now() - begun));
  });
  outgoing.on('error', fail);
  outgoing.end(body);
});

// At a fixed rate, whatever the answers take: a slow gateway is seen, not waited for.
async function load(forSeconds) {
  const taken = [];
  const calls = [];
  const begun = performance.now();
  for (let sent = 0; sent < rate * forSeconds;) {
    for (const due = Math.min(rate * forSeconds, ((performance.now() - begun) / 1000) * rate); sent < due; sent++) {
      calls.push(call().then((ms) => taken.push(ms)));
    }
    await wait(5);
  }
  await Promise.all(calls);
  return taken;
}

async function measured(forSeconds) {
  const cpu = cpuSeconds();
  const begun = performance.now();
  const taken = await load(forSeconds);
  return { p50: at(taken, 0.5), p99: at(taken, 0.99), cores: (cpuSeconds() - cpu) / ((performance.now() - begun) / 1000) };
}

const browser = await chromium.launch({ executablePath: process.env.E2E_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  run('bin/deck', ['gateway', 'apply', '-'], { input: configuration, env: { ...process.env, ...exports, PATH: process.env.PATH }, stdio: ['pipe', 'ignore', 'inherit'] });
  console.log(`load average before: ${loadavg()[0].toFixed(1)}; ${rate} requests a second for ${seconds} s\n`);
  const context = await browser.newContext({ baseURL: exports.GATEHOUSE_CONSOLE_URL, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(readFileSync(join(data, 'setup-link'), 'utf8').trim());
  await page.getByLabel('User name or e-mail').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('a gate that is watched');
  await page.getByLabel('Password again').fill('a gate that is watched');
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page.getByTestId('gateway-status').waitFor();
  await load(2);
  await pages(page);
  await tail(context, page);
  await many(context);
} finally {
  await browser.close();
  upstream.close();
  agent.destroy();
  run('./quickstart', ['--data', data, '--stop']);
  rmSync(folder, { recursive: true, force: true });
}

async function pages(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.clearBrowserCache');
  let bytes = 0;
  client.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.goto('/logs');
  await page.getByTestId('request-row').first().waitFor();
  say('first visit, bytes over the wire', `${Math.round(bytes / 1024)} KB`, '<= 400 KB');
  await client.detach();

  const full = [];
  for (let i = 0; i < 10; i++) {
    const begun = performance.now();
    await page.goto('/logs', { waitUntil: 'commit' });
    await page.getByTestId('request-row').first().waitFor();
    full.push(performance.now() - begun);
  }
  say('/logs from its address to the first row, p50 / p95', `${Math.round(at(full, 0.5))} / ${Math.round(at(full, 0.95))} ms`, '<= 800 ms');

  const hrefs = await page.locator('nav[aria-label=Main] a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  const all = [];
  for (const href of hrefs) {
    const times = [];
    for (let i = 0; i < 3; i++) {
      await page.evaluate((path) => Blazor.navigateTo(path), '/nothing-here');
      await page.getByText('This page does not exist').waitFor();
      times.push(await page.evaluate((path) => new Promise((done) => {
        const begun = performance.now();
        new MutationObserver((_, watcher) => {
          if (location.pathname === path && document.querySelector('main h1') && !document.querySelector('main').textContent.includes('does not exist')) {
            watcher.disconnect();
            requestAnimationFrame(() => done(performance.now() - begun));
          }
        }).observe(document.body, { childList: true, subtree: true, characterData: true });
        Blazor.navigateTo(path);
      }), href));
    }
    all.push(...times);
    say(`  ${href}, in-app, best of 3`, `${Math.round(Math.min(...times))} ms`);
  }
  say('in-app navigation, all pages, p50 / p95', `${Math.round(at(all, 0.5))} / ${Math.round(at(all, 0.95))} ms`, '<= 300 ms');
}

async function tail(context, page) {
  await page.goto('/logs');
  await page.getByTestId('request-row').first().waitFor();
  const client = await context.newCDPSession(page);
  await client.send('Performance.enable');
  await client.send('Network.enable');
  let bytes = 0;
  client.on('Network.webSocketFrameReceived', (event) => (bytes += event.response.opcode === 2 ? event.response.payloadData.length * 0.75 : event.response.payloadData.length));
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
  });
  const metric = async (name) => (await client.send('Performance.getMetrics')).metrics.find((m) => m.name === name).value;
  const before = await metric('TaskDuration');
  const one = await measured(tailSeconds);
  const busy = ((await metric('TaskDuration')) - before) / tailSeconds;
  const long = await page.evaluate(() => window.longTasks);
  say('live tail, tasks over 50 ms (longest)', `${long.length} (${Math.round(Math.max(0, ...long))} ms)`, '0');
  say('live tail, main thread', `${(100 * busy).toFixed(1)} %`, '<= 15 %');
  say('live tail, wire of one viewer', `${(bytes / tailSeconds / 1024).toFixed(0)} KB/s`, '<= 100 KB/s');
  say('live tail, DOM nodes of /logs', await page.evaluate(() => document.querySelectorAll('*').length), '<= 5000');
  say('one viewer: gateway p50 / p99, cores', `${one.p50.toFixed(1)} / ${one.p99.toFixed(1)} ms, ${one.cores.toFixed(2)}`);
  await page.goto('about:blank');
}

// Bare circuits: fifty browsers on one machine would starve what is measured.
async function many(context) {
  await wait(4000);
  const none = await measured(seconds);
  say('no viewer: gateway p50 / p99, cores', `${none.p50.toFixed(1)} / ${none.p99.toFixed(1)} ms, ${none.cores.toFixed(2)}`);
  await wait(2000);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const some = await open(viewers, cookie);
  await wait(3000);
  await some.taken();
  const all = await measured(seconds);
  const drawn = await some.taken();
  await some.end();
  say(`${viewers} viewers: gateway p50 / p99, cores`, `${all.p50.toFixed(1)} / ${all.p99.toFixed(1)} ms, ${all.cores.toFixed(2)}`, `${(all.cores - none.cores).toFixed(2)} cores more`);
  say('of one of them: drawn a second, wire', `${(drawn.batches / viewers / seconds).toFixed(2)}, ${(drawn.bytes / viewers / seconds / 1024).toFixed(0)} KB/s`, `${drawn.open} of ${viewers} open at the end`);

  // Many, so that what the collector leaves for later counts little.
  await wait(5000);
  const live = await liveMb();
  const before = residentMb();
  const crowd = await open(crowdSize, cookie);
  await wait(5000);
  say(`resident memory for a viewer of /logs (${crowdSize} opened)`, `${((residentMb() - before) / crowdSize).toFixed(2)} MB`, 'and what is not collected yet');
  say('managed memory in use for each of them', `${((await liveMb() - live) / crowdSize).toFixed(2)} MB`, '<= 1 MB');
  await crowd.end();
}

async function open(count, cookie) {
  const client = spawn('dotnet', [viewersDll, exports.GATEHOUSE_CONSOLE_URL, '/logs', String(count)], { env: { ...process.env, VIEWERS_COOKIE: cookie }, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((done) => client.once('exit', done));
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the viewers have ended');
    return value;
  };
  await next();
  return {
    taken: async () => { client.stdin.write('\n'); return JSON.parse(await next()); },
    end: async () => { client.stdin.end('end\n'); await ended; },
  };
}
