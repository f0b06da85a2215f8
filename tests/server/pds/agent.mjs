// HTTP as a browser speaks it: a cookie jar for each host, every header ours to choose (fetch() sets its own
// Sec-Fetch-* values), no redirect followed. Goes to loopback only; every name under .test is this machine.
import http from 'node:http'
import https from 'node:https'

const LOOPBACK = /^(localhost|127(\.\d+){3}|[\w-]+\.test)$/

const lookup = (name, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)

const isGone = (value, attributes) =>
  value === '' || attributes.some((a) => /^\s*max-age=0\s*$/i.test(a) || /expires=.*1970/i.test(a))

export class Agent {
  constructor({ ca } = {}) {
    this.ca = ca
    this.jars = new Map()
  }

  cookies(url) {
    const { host } = new URL(url)
    if (!this.jars.has(host)) this.jars.set(host, new Map())
    return this.jars.get(host)
  }

  keep(jar, lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(';')
      const at = pair.indexOf('=')
      const name = pair.slice(0, at).trim()
      const value = pair.slice(at + 1).trim()
      if (isGone(value, attributes)) jar.delete(name)
      else jar.set(name, value)
    }
  }

  request(method, address, headers = {}, body = undefined) {
    const url = new URL(address)
    if (!LOOPBACK.test(url.hostname)) throw new Error(`not this machine: ${url.host}`)
    const jar = this.cookies(address)
    const all = { 'user-agent': 'test-browser', ...headers }
    if (jar.size) all.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    if (body !== undefined) all['content-length'] = Buffer.byteLength(body)
    const options = { method, headers: all, agent: false, timeout: 30000, ca: this.ca }
    if (url.hostname.endsWith('.test')) options.lookup = lookup
    return new Promise((resolve, reject) => {
      const sent = (url.protocol === 'https:' ? https : http).request(url, options, (answer) => {
        const parts = []
        answer.on('data', (part) => parts.push(part))
        answer.on('error', reject)
        answer.on('end', () => {
          this.keep(jar, answer.headers['set-cookie'] ?? [])
          const text = Buffer.concat(parts).toString('utf8')
          let json
          if (/json/.test(answer.headers['content-type'] ?? '')) json = JSON.parse(text)
          const location = answer.headers.location && new URL(answer.headers.location, url).href
          resolve({ status: answer.statusCode, text, json, location })
        })
      })
      sent.on('error', reject)
      sent.on('timeout', () => sent.destroy(new Error(`${url.host} does not answer`)))
      sent.end(body)
    })
  }

  get(url, headers) {
    return this.request('GET', url, headers)
  }

  post(url, value, headers) {
    return this.request('POST', url, { 'content-type': 'application/json', ...headers }, JSON.stringify(value))
  }

  // A call of the server's API as an account or nobody; what is not a 200 is an error.
  async call(server, name, { token, body, query } = {}) {
    const url = `${server}/xrpc/${name}${query ? `?${new URLSearchParams(query)}` : ''}`
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    const answer = query ? await this.get(url, headers)
      : body ? await this.post(url, body, headers)
      : await this.request('POST', url, headers)
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${answer.text}`)
    return answer.json
  }
}
