// A person with a browser at a Bluesky server: opens the sign-in page, signs in, allows what is asked (or says no),
// and goes back to the program that waits on 127.0.0.1.
//
//   node approve.mjs ADDRESS USER PASSWORD [--reject] [--stay] [--ca FILE]
//
// Prints the address that the browser was sent to; with --stay it does not go there.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Agent } from './agent.mjs'

const { values: option, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    reject: { type: 'boolean', default: false },
    stay: { type: 'boolean', default: false },
    ca: { type: 'string' },
  },
})
const [address, username, password] = positionals
const agent = new Agent({ ca: option.ca && readFileSync(option.ca) })
const { origin } = new URL(address)

const navigation = (site, referer) => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  ...(referer && { referer }),
})

// What the page's own script does. The server reads which request this is about out of Referer.
const api = async (name, body, token) => {
  const answer = await agent.post(`${origin}/@atproto/oauth-provider/~api/${name}`, body, {
    origin,
    referer: address,
    'x-csrf-token': agent.cookies(origin).get('csrf-token'),
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'same-origin',
    'sec-fetch-dest': 'empty',
    ...(token && { authorization: `Bearer ${token}` }),
  })
  if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${answer.text.slice(0, 300)}`)
  return answer.json
}

const decide = async () => {
  if (option.reject) return api('reject', {})
  const { account, ephemeralToken } = await api('sign-in', { locale: 'en', username, password, remember: false })
  return api('consent', { did: account.did ?? account.sub }, ephemeralToken)
}

const page = await agent.get(address, navigation('none'))
let back = page.location
if (!back) {
  if (page.status !== 200) throw new Error(`the sign-in page: ${page.status} ${page.text.slice(0, 300)}`)
  const { url } = await decide()
  const hop = await agent.get(url, navigation('same-origin', address))
  if (!hop.location) throw new Error(`after the sign-in: ${hop.status} ${hop.text.slice(0, 300)}`)
  back = hop.location
}
console.log(back)
if (!option.stay) {
  const end = await agent.get(back, navigation('cross-site', `${origin}/`))
  if (end.status !== 200) throw new Error(`the program answered ${end.status}`)
}
