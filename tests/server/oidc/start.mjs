// Starts oidc-provider on a free port of 127.0.0.1, everything in memory, and writes its address
// into the file that it is given once it answers. Any name and password are good at its sign-in.
//
// Around it stands as little of Bluesky's world as a sign-in asks: a directory and an account's
// server that trust it. PAR, PKCE, DPoP, nonces, rotation and client assertions are oidc-provider's.
//
//   GET /test/client-key       the private key of the client that has a home of its own (PEM)
//   POST /test/clock?offset=N  this server's clock is N seconds ahead from now on
import { createServer } from 'node:http'
import { once } from 'node:events'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import Provider from 'oidc-provider'

const addressFile = process.argv[2]
const server = createServer()
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const issuer = `http://127.0.0.1:${server.address().port}`

const realNow = Date.now
let offset = 0
Date.now = () => realNow() + offset * 1000

// "native": a loopback redirect then matches on any port (RFC 8252 section 7.3).
const client = (client_id, token_endpoint_auth_method, client_secret) => ({
  client_id,
  client_secret,
  token_endpoint_auth_method,
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback'],
  scope: 'openid post.write',
})

// The loopback client of atproto.com/specs/oauth, with either scope.
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
const scopes = ['atproto', 'repo:app.bsky.feed.post?action=create&action=update', 'blob:image/*', 'transition:generic']
const bound = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true, scope: scopes.join(' ') }
const loopback = (scope) => ({
  ...client(`http://localhost?redirect_uri=${encode('http://127.0.0.1/callback')}&scope=${encode(scope)}`, 'none'),
  ...bound,
})
const home = 'https://www.example.gov.uk/crier/'
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = keys.publicKey.export({ format: 'jwk' })
// RFC 7638: the required members in this order, as crier's own metadata names the key.
const kid = createHash('sha256').update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })).digest('base64url')
const hosted = {
  ...client(`${home}client-metadata.json`, 'private_key_jwt'),
  ...bound,
  application_type: 'web',
  redirect_uris: [`${home}signed-in.html`],
  token_endpoint_auth_signing_alg: 'ES256',
  jwks: { keys: [{ ...jwk, kid, use: 'sig', alg: 'ES256' }] },
}

const provider = new Provider(issuer, {
  clients: [
    client('public', 'none'),
    client('basic', 'client_secret_basic', 'a-secret: with/odd+characters%'),
    loopback(scopes.slice(0, 3).join(' ')),
    loopback('atproto transition:generic'),
    hosted,
  ],
  scopes: ['openid', 'post.write', ...scopes],
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { methods: ['S256'], required: () => true },
  clientAuthMethods: ['none', 'client_secret_basic', 'private_key_jwt'],
  issueRefreshToken: (context, { clientId }) => clientId !== 'public',
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: true },
    revocation: { enabled: true },
    userinfo: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
  },
  ttl: {
    AccessToken: 3600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Grant: 86400, Session: 600, RefreshToken: 86400,
    PushedAuthorizationRequest: 60,
  },
})
// As atproto has it: the token's answer says whose it is.
provider.use(async (context, next) => {
  await next()
  if (context.oidc?.route !== 'token' || context.status !== 200) return
  const { AuthorizationCode, RefreshToken } = context.oidc.entities
  context.body = { ...context.body, sub: (AuthorizationCode ?? RefreshToken).accountId }
})

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const world = {
  '/xrpc/com.atproto.identity.resolveHandle': { did },
  [`/${did}`]: {
    id: did,
    alsoKnownAs: ['at://council.test'],
    service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: issuer }],
  },
  '/.well-known/oauth-protected-resource': { resource: issuer, authorization_servers: [issuer] },
}

const answer = provider.callback()
server.on('request', (request, response) => {
  const url = new URL(request.url, issuer)
  if (Object.hasOwn(world, url.pathname)) {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(world[url.pathname]))
    return
  }
  if (url.pathname === '/test/client-key') {
    response.end(keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    return
  }
  if (url.pathname === '/test/clock') {
    offset = Number(url.searchParams.get('offset'))
    response.end()
    return
  }
  // This version gives the document of RFC 8414 under OpenID Connect's older name only.
  if (request.url === '/.well-known/oauth-authorization-server') {
    request.url = '/.well-known/openid-configuration'
  }
  answer(request, response)
})

writeFileSync(`${addressFile}.new`, issuer)
renameSync(`${addressFile}.new`, addressFile)

process.on('SIGTERM', () => process.exit(0))
