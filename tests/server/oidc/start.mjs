// Starts oidc-provider on a free port of 127.0.0.1, everything in memory, and writes its address
// into the file that it is given once it answers. Any name and password are good at its sign-in.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import Provider from 'oidc-provider'

const addressFile = process.argv[2]
const server = createServer()
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://127.0.0.1:${server.address().port}`

// "native": a loopback redirect then matches on any port (RFC 8252 section 7.3).
const client = (client_id, token_endpoint_auth_method, client_secret) => ({
  client_id,
  client_secret,
  token_endpoint_auth_method,
  application_type: 'native',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback'],
  scope: 'openid post.write',
})

const provider = new Provider(issuer, {
  clients: [
    client('public', 'none'),
    client('basic', 'client_secret_basic', 'a-secret: with/odd+characters%'),
  ],
  scopes: ['openid', 'post.write'],
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { methods: ['S256'], required: () => true },
  features: {
    devInteractions: { enabled: true },
    revocation: { enabled: true },
    userinfo: { enabled: true },
  },
  ttl: { AccessToken: 3600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Grant: 600, Session: 600 },
})
const answer = provider.callback()
server.on('request', (request, response) => {
  // This version gives the document of RFC 8414 under OpenID Connect's older name only.
  if (request.url === '/.well-known/oauth-authorization-server') {
    request.url = '/.well-known/openid-configuration'
  }
  answer(request, response)
})

writeFileSync(`${addressFile}.new`, issuer)
renameSync(`${addressFile}.new`, addressFile)

process.on('SIGTERM', () => process.exit(0))
