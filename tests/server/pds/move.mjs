// Moves an account from the first server to the second as its owner would: an account is made there under the same
// DID, the directory is told, the old one is switched off. Its posts stay behind. Prints the new session's token.
//
//   node move.mjs INFO HANDLE
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Agent } from './agent.mjs'

const require = createRequire(import.meta.url)
const { Client } = require('@did-plc/lib')
const { Secp256k1Keypair } = require('@atproto/crypto')

const info = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const account = info.accounts.find((one) => one.handle === process.argv[3])
const agent = new Agent()

const old = await agent.call(info.url, 'com.atproto.server.createSession', {
  body: { identifier: account.handle, password: account.password },
})
const leave = await agent.call(info.url, 'com.atproto.server.getServiceAuth', {
  query: { aud: info.second.serviceDid, lxm: 'com.atproto.server.createAccount' },
  token: old.accessJwt,
})
const made = await agent.call(info.second.url, 'com.atproto.server.createAccount', {
  body: { did: account.did, handle: account.handle, email: 'moved@example.test', password: account.password },
  token: leave.token,
})
const wanted = await agent.call(info.second.url, 'com.atproto.identity.getRecommendedDidCredentials', {
  query: {},
  token: made.accessJwt,
})
const signer = await Secp256k1Keypair.import(info.rotationKey)
await new Client(info.plcUrl).updateData(account.did, signer, (last) => ({ ...last, ...wanted }))
await agent.call(info.second.url, 'com.atproto.server.activateAccount', { token: made.accessJwt })
await agent.call(info.url, 'com.atproto.server.deactivateAccount', { body: {}, token: old.accessJwt })
console.log(made.accessJwt)
