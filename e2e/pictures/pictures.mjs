// Makes docs/images/*.png again: ./dev.sh pictures [FOLDER]. A product of its own with two days of made-up traffic, and calls that run while the picture is taken.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '../clients/node_modules/playwright-core/index.mjs';
import { shrink } from './png.mjs';
import { startProvider } from './provider.mjs';
import { session as told, stories } from './stories.mjs';

const root = resolve(import.meta.dirname, '../..');
const target = resolve(process.argv[2] ?? join(root, 'docs/images'));
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-pictures-'));
const data = join(folder, 'data');
const password = 'a gate that is watched';
const run = (program, words, options = {}) => execFileSync(program, words, { cwd: root, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'], ...options });
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const service = (name, format, type, provider, header, model) => `
- name: ${name}-service
  url: http://localhost
  routes: [{ name: ${name}-route, paths: ["/${name}"] }]
  plugins:
  - name: ai-proxy
    config:
      llm_format: ${format}
      route_type: ${type}
      auth: { header_name: ${header}, header_value: '${header === 'x-api-key' ? '' : 'Bearer '}\${{ env "DECK_PROVIDER_KEY" }}' }
      logging: { log_statistics: true, log_payloads: true }
      model: { provider: ${provider}${model ? `, name: ${model}` : ''}${provider === 'anthropic' ? ', options: { anthropic_version: "2023-06-01" }' : ''} }`;

async function call(proxy, path, agent, body, session) {
  const answer = await fetch(proxy + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': agent, ...(session ? { 'x-claude-code-session-id': session, session_id: session } : {}) },
    body: JSON.stringify({ stream: true, ...body }),
  });
  await answer.text();
  return answer.headers.get('x-kong-request-id');
}

const tools = ['Read', 'Grep', 'Edit', 'Bash'].map((name) => ({ name, description: `${name} of the coding agent`, input_schema: { type: 'object', properties: {} } }));
const claude = (proxy, messages, session) => call(proxy, '/claude/v1/messages', 'claude-cli/2.1.330 (external, cli)', { model: 'claude-sonnet-4-5', max_tokens: 4096, system: `You are a coding agent.\n${environment}`, tools, messages }, session);
const codex = (proxy, text, session) => call(proxy, '/codex/responses', 'codex_cli_rs/0.169.0 (Debian 12; x86_64)', { model: 'gpt-5-codex', input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }] }, session);
const app = (proxy, text, model = 'gpt-5-mini') => call(proxy, '/app/v1/chat/completions', 'OpenAI/JS 7.57.0', { model, messages: [{ role: 'user', content: text }] });

const environment = `<env>
Working directory: /home/ada/src/shop
Is directory a git repo: Yes
</env>
gitStatus: This is the git status at the start of the conversation.
Current branch: upload-limit`;

/** Tells the session turn by turn, each request with the whole history, as agents do. Returns the ids of its requests. */
async function tellSession(proxy, id) {
  const messages = [];
  const ids = [];
  for (const [i, turn] of told.entries()) {
    const last = told[i - 1];
    const result = turn.result && { type: 'tool_result', tool_use_id: last.id, content: turn.result, ...(turn.failed ? { is_error: true } : {}) };
    messages.push({ role: 'user', content: result ? [result] : turn.said });
    ids.push(await claude(proxy, messages, id));
    messages.push({ role: 'assistant', content: [{ type: 'text', text: turn.text }, ...(turn.tool ? [{ type: 'tool_use', ...turn.tool }] : [])] });
  }
  return ids;
}

async function main() {
  mkdirSync(data, { recursive: true });
  mkdirSync(target, { recursive: true });
  run('dotnet', ['run', '-c', 'Release', '--project', 'bench/log', '--', 'day', join(data, 'logs.db')], { stdio: ['ignore', 'inherit', 'inherit'] });
  const provider = await startProvider(stories);
  const lines = run('./quickstart', ['--data', data, '--deck-output', '--proxy-port', '0', '--admin-port', '0', '--console-port', '0',
    ...['openai', 'anthropic'].flatMap((name) => ['-e', `Gateway__Providers__${name}__BaseUrl=${provider.url}`])]);
  const exports = Object.fromEntries([...lines.matchAll(/^export ([A-Z_]+)='([^']*)'/gm)].map(([, name, value]) => [name, value]));
  const { KONNECT_PROXY_URL: proxy, GATEHOUSE_CONSOLE_URL: console_ } = exports;
  const browser = await chromium.launch({ executablePath: process.env.E2E_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  try {
    run('bin/deck', ['gateway', 'apply', '-'], {
      input: `_format_version: "3.0"\nservices:${service('claude', 'anthropic', 'llm/v1/chat', 'anthropic', 'x-api-key')}${service('codex', 'openai', 'llm/v1/responses', 'openai', 'Authorization')}${service('app', 'openai', 'llm/v1/chat', 'openai', 'Authorization')}\n`,
      env: { ...process.env, ...exports, PATH: process.env.PATH, DECK_PROVIDER_KEY: 'not-a-key' },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    await takeAll(browser, proxy, console_);
  } finally {
    await browser.close();
    provider.close();
    run('./quickstart', ['--data', data, '--stop']);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takeAll(browser, proxy, address) {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1440, height: 860 }, timezoneId: 'UTC', locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(readFileSync(join(data, 'setup-link'), 'utf8').trim());
  await page.getByLabel('User name or e-mail').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page.getByTestId('gateway-status').waitFor();

  const session = '5c1d9a52-6f0e-4f0b-8a57-0f6f4c9d2e11';
  const asked = await tellSession(proxy, session);
  const shown = asked[5];
  await app(proxy, 'Summarise the changelog');
  const left = await app(proxy, 'Summarise the changelog', 'gpt-5-mini');
  const right = await app(proxy, 'Summarise the changelog in one line', 'gpt-5');
  await app(proxy, 'Too many at once');
  await codex(proxy, 'Refactor the retry loop', '0b6f1c9e-8d57-4c3a-9b1e-2f60a9d4c7aa');
  const running = [
    claude(proxy, [{ role: 'user', content: 'Explain the scheduler' }], 'a3f5b1c7-1d2e-4b8f-9c6d-7e8f90a1b2c3'),
    codex(proxy, 'Write the migration', '0b6f1c9e-8d57-4c3a-9b1e-2f60a9d4c7aa'),
    app(proxy, 'Draft the release notes'),
  ];
  running.forEach((each) => each.catch(() => {}));

  const take = async (name, path, ready, act) => {
    await page.goto(path);
    await ready();
    await act?.();
    await wait(900);
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      await wait(350);
      writeFileSync(join(target, `${name}${theme === 'dark' ? '-dark' : ''}.png`), shrink(await page.screenshot()));
    }
    await page.emulateMedia({ colorScheme: 'light' });
    process.stderr.write(`${name}\n`);
  };
  const sees = (selector) => () => page.locator(selector).first().waitFor();
  await take('requests-live', '/logs?range=1h', sees('tr.live'), async () => { await wait(2500); });
  await take('overview', '/', sees('[data-testid=latest]'));
  await take('receipt', `/logs/${shown}?range=1h`, () => page.getByTestId('request-detail').getByText('Timing').waitFor());
  await take('session', `/sessions/${session}`, sees('main h1'));
  await take('analytics', '/analytics', sees('main svg'));
  await take('compare', `/logs/compare?a=${left}&b=${right}`, sees('main h1'));
  await take('connect', '/connect/claude-code', sees('[data-testid=create]'));
  await take('palette', '/logs?range=1h', sees('[data-testid=request-row]'), async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('clau');
  });
}

await main();
