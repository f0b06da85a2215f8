// Starts a directory of names (PLC, in memory) and Bluesky's server (PDS, SQLite in a folder that goes with it) on
// 127.0.0.1, with three accounts, and writes what a test must know into the file that it is given, as JSON, once all
// answer. SIGTERM ends it.
//
//   node start.mjs FILE [--access-token-seconds N] [--dpop-nonce-seconds N] [--rate-limits] [--proxied] [--second]
//                       [--clock] [--cert FILE --key FILE] [--verbose]
//
// --proxied: the server goes by an address at which it does not listen ("url"); a test's own proxy does, and passes
// everything on to "inner". --second: another server beside it, for accounts that move. --clock: their time can be put
// forward, to N seconds ahead, by a GET of "clock"/N. With a certificate the server's name is pds.test, as sign-ins
// over https refuse names that mean the machine itself.
import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: option, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'access-token-seconds': { type: 'string' },
    'dpop-nonce-seconds': { type: 'string' },
    'rate-limits': { type: 'boolean', default: false },
    proxied: { type: 'boolean', default: false },
    second: { type: 'boolean', default: false },
    clock: { type: 'boolean', default: false },
    cert: { type: 'string' },
    key: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
})
const infoFile = positionals[0]

// The servers read these when their modules are loaded.
process.env.LOG_ENABLED = option.verbose ? 'true' : 'false'
process.env.LOG_LEVEL ??= 'info'
// Names under these are this machine: for a client's website, which the server asks (at no .test or .example).
const { lookup } = dns
dns.lookup = (name, options, done = options) =>
  lookup.call(dns, /\.(test|crier-test)$/.test(name) ? '127.0.0.1' : name, done === options ? {} : options, done)

let secondsAhead = 0
if (option.clock) {
  const RealDate = Date
  const now = () => RealDate.now() + 1000 * secondsAhead
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values, as) => Reflect.construct(target, values.length ? values : [now()], as),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}

const require = createRequire(import.meta.url)
const { PlcServer, MockDatabase } = require('@did-plc/server')
const { PDS, envToCfg, envToSecrets } = await import('@atproto/pds')
const { Agent } = await import('./agent.mjs')

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

const data = mkdtempSync(join(tmpdir(), 'crier-pds-'))
process.on('exit', () => rmSync(data, { recursive: true, force: true }))
const tls = option.cert && { cert: readFileSync(option.cert), key: readFileSync(option.key) }
const rotationKey = randomBytes(32).toString('hex')

// Neither server can be told to listen on one address only: both call app.listen(port).
const listenOn = (app, port, certificate) => {
  app.listen = () =>
    (certificate ? https.createServer(certificate, app) : http.createServer(app)).listen(port, '127.0.0.1')
}

const plcPort = await freePort()
// By name: a server that is asked to take in an account looks it up at no bare address.
const plcUrl = `http://localhost:${plcPort}`
const plc = PlcServer.create({ db: new MockDatabase(), port: plcPort, version: 'test' })
listenOn(plc.app, plcPort)
await plc.start()

const startPds = async (name, proxied) => {
  const port = await freePort()
  const innerPort = proxied ? await freePort() : port
  const folder = join(data, name)
  mkdirSync(join(folder, 'blobs'), { recursive: true })
  const serviceDid = `did:web:${name}.test`
  const settings = {
    port,
    // The one name that gives http://localhost:PORT; any other gives https://NAME.
    hostname: tls ? `pds.test:${port}` : 'localhost',
    serviceDid,
    devMode: true, // or it refuses http
    serviceHandleDomains: ['.test'],
    didPlcUrl: plcUrl,
    dataDirectory: folder,
    blobstoreDiskLocation: join(folder, 'blobs'),
    inviteRequired: false,
    jwtSecret: randomBytes(16).toString('hex'),
    dpopSecret: randomBytes(32).toString('hex'),
    adminPassword: randomBytes(16).toString('hex'),
    plcRotationKeyK256PrivateKeyHex: rotationKey,
    rateLimitsEnabled: option['rate-limits'],
    crawlers: [],
  }
  const pds = await PDS.create(envToCfg(settings), envToSecrets(settings))
  listenOn(pds.app, innerPort, tls)
  // There are no settings for these two.
  if (option['access-token-seconds']) {
    pds.ctx.oauthProvider.tokenManager.tokenMaxAge = Number(option['access-token-seconds']) * 1000
  }
  if (option['dpop-nonce-seconds']) {
    const manager = pds.ctx.oauthProvider.dpopManager
    const DpopNonce = manager.dpopNonce.constructor
    // A nonce is good for three rotations.
    manager.dpopNonce = new DpopNonce(randomBytes(32), (Number(option['dpop-nonce-seconds']) * 1000) / 3)
  }
  await pds.start()
  const at = (p) => (tls ? `https://pds.test:${p}` : `http://localhost:${p}`)
  return { pds, url: at(port), inner: at(innerPort), serviceDid }
}

const first = await startPds('first', option.proxied)
const second = option.second ? await startPds('second', false) : undefined

const agent = new Agent({ ca: tls && [tls.cert] })
if (tls) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0' // our own server, whose certificate was just made
const makeAccount = async (name) => {
  const handle = `${name}.test`
  const password = `${name}-${randomBytes(12).toString('hex')}`
  const made = await agent.call(first.inner, 'com.atproto.server.createAccount', {
    body: { handle, email: `${name}@example.test`, password },
  })
  const app = await agent.call(first.inner, 'com.atproto.server.createAppPassword', {
    body: { name: 'crier' },
    token: made.accessJwt,
  })
  return { handle, did: made.did, password, appPassword: app.password }
}
const accounts = [await makeAccount('alice'), await makeAccount('bob'), await makeAccount('carol')]

let clock
if (option.clock) {
  const port = await freePort()
  const set = (request, answer) => {
    secondsAhead = Number(request.url.slice(1))
    answer.end()
  }
  http.createServer(set).listen(port, '127.0.0.1')
  clock = `http://127.0.0.1:${port}`
}

const info = { clock, url: first.url, inner: first.inner, plcUrl, accounts, rotationKey }
if (second) info.second = { url: second.url, serviceDid: second.serviceDid }
writeFileSync(`${infoFile}.new`, JSON.stringify(info))
renameSync(`${infoFile}.new`, infoFile)

let isStopping = false
process.on('SIGTERM', async () => {
  if (isStopping) return
  isStopping = true
  await Promise.all([first, second].filter(Boolean).map((one) => one.pds.destroy()))
  await plc.destroy()
  process.exit(0)
})
