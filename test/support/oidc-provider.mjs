// A real OpenID provider in a process of its own: node oidc-provider.mjs '{"port", "jwks", "clients": {"<id>": {claims}}}'.
// Each client gets tokens by its own credentials; its id is the subject, its claims are added. Prints "ready".
import { Provider } from 'oidc-provider';

const { port, jwks, clients } = JSON.parse(process.argv[2]);
const TOKEN_SECONDS = 600;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks,
  clients: Object.keys(clients).map((client_id) => ({
    client_id,
    client_secret: 'only-for-tests',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_post',
  })),
  scopes: ['api'],
  extraTokenClaims: (_context, token) => clients[token.clientId],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, audience) => ({
        audience,
        scope: 'api',
        accessTokenFormat: 'jwt',
        accessTokenTTL: TOKEN_SECONDS,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
provider.listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
