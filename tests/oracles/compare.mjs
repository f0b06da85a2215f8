// compare.mjs SEED COUNT PROGRAM: see compare.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { RichText } from '@atproto/api'
import { maker } from './texts.mjs'

const twitter = createRequire(import.meta.url)('twitter-text')
const [seed, count, program] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]
const most_shown = 20

/** Where each UTF-16 unit's character begins in UTF-8. */
function byteOffsets(text) {
  const offsets = new Array(text.length + 1)
  let bytes = 0
  for (let at = 0; at < text.length; ++at) {
    offsets[at] = bytes
    const code = text.codePointAt(at)
    if (code > 0xffff) offsets[++at] = bytes
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  offsets[text.length] = bytes
  return offsets
}

const oracles = {
  x(text) {
    const offsets = byteOffsets(text)
    const parsed = twitter.parseTweet(text)
    const answer = { length: parsed.weightedLength, bytes: offsets.at(-1), fits: parsed.valid, urls: [], hashtags: [], mentions: [], cashtags: [] }
    for (const entity of twitter.extractEntitiesWithIndices(text)) {
      const place = { start: offsets[entity.indices[0]], end: offsets[entity.indices[1]] }
      if (entity.url !== undefined) answer.urls.push({ ...place, url: entity.url })
      else if (entity.hashtag !== undefined) answer.hashtags.push({ ...place, tag: entity.hashtag })
      else if (entity.cashtag !== undefined) answer.cashtags.push({ ...place, tag: entity.cashtag })
      else answer.mentions.push({ ...place, handle: entity.screenName + entity.listSlug })
    }
    return answer
  },
  bluesky(text) {
    const rich = new RichText({ text })
    rich.detectFacetsWithoutResolution()
    const answer = { length: rich.graphemeLength, bytes: rich.length, fits: rich.graphemeLength <= 300 && rich.length <= 3000, urls: [], hashtags: [], mentions: [] }
    for (const { index, features: [feature] } of rich.facets ?? []) {
      const place = { start: index.byteStart, end: index.byteEnd }
      if (feature.uri !== undefined) answer.urls.push({ ...place, url: feature.uri })
      else if (feature.tag !== undefined) answer.hashtags.push({ ...place, tag: feature.tag })
      else answer.mentions.push({ ...place, handle: feature.did })
    }
    return answer
  },
}

const make = maker(seed)
const asked = []
for (let i = 0; i < count; ++i) {
  const text = make()
  for (const network of Object.keys(oracles)) asked.push({ network, text })
}
const crier = spawn(program, ['text', '--json'], { stdio: ['pipe', 'pipe', 'inherit'] })
const exited = new Promise(resolve => crier.on('close', resolve))
crier.stdin.on('error', () => {})
crier.stdin.end(asked.map(each => JSON.stringify(each) + '\n').join(''))

let answered = 0
const differing = Object.fromEntries(Object.keys(oracles).map(network => [network, 0]))
const found = { urls: 0, hashtags: 0, mentions: 0, cashtags: 0 }
for await (const line of createInterface({ input: crier.stdout })) {
  const { network, text } = asked[answered++]
  const got = JSON.parse(line)
  const want = oracles[network](text)
  const differences = Object.keys(want).filter(key => JSON.stringify(got[key]) !== JSON.stringify(want[key]))
  for (const key of Object.keys(found)) found[key] += want[key]?.length ?? 0
  if (differences.length === 0) continue
  const shown = Object.values(differing).reduce((sum, each) => sum + each, 0) < most_shown
  differing[network] += 1
  if (!shown) continue
  console.log(`${network}: ${JSON.stringify(text)}`)
  for (const key of differences) console.log(`  ${key}: crier ${JSON.stringify(got[key])}, the network ${JSON.stringify(want[key])}`)
}
const exit = await exited
const summary = Object.entries(differing).map(([network, bad]) => `${network} ${bad} of ${count} differ`).join(', ')
console.log(`seed ${seed}: ${summary} (${Object.entries(found).map(([key, n]) => `${n} ${key}`).join(', ')})`)
if (answered !== asked.length) console.log(`only ${answered} of ${asked.length} were answered; exit ${exit}`)
process.exitCode = exit === 0 && answered === asked.length && Object.values(differing).every(bad => bad === 0) ? 0 : 1
