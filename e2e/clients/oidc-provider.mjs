// A real OpenID provider on a free loopback port. `PUT /__callback` tells it where its one client, the console, is; until then it is out
// of order. Any login is accepted; `PUT /__people/<login>` sets the claims of one.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';

const people = new Map();
let issuer;
let provide = (_, response) => response.writeHead(503).end();

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === '/__callback') {
    provide = startProvider(JSON.parse(await text(request)));
    response.writeHead(204).end();
  } else if (pathname.startsWith('/__people/')) {
    people.set(pathname.slice('/__people/'.length), JSON.parse(await text(request)));
    response.writeHead(204).end();
  } else {
    provide(request, response);
  }
});

server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  console.log(issuer);
});

function startProvider(callback) {
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'gatehouse', client_secret: process.env.OIDC_SECRET, redirect_uris: [callback] }],
    claims: { openid: ['sub', 'roles'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, preferred_username: sub, ...people.get(sub) }) }),
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/ask/${interaction.uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  return async (request, response) => {
    if (!request.url.startsWith('/ask/')) {
      handle(request, response);
    } else if (request.method === 'POST') {
      const accountId = new URLSearchParams(await text(request)).get('login');
      await provider.interactionFinished(request, response, { login: { accountId } });
    } else {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!DOCTYPE html><title>Example ID</title><form method="post"><label>Login <input name="login"></label><button>Go on</button></form>');
    }
  };
}
