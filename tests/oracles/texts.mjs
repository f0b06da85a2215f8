// Made-up texts that are hard to measure. The same seed makes the same ones.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const tlds = require('tlds')

/** mulberry32, in its usual form: 32 bits of state are plenty here. */
export function random(seed) {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return (((value ^ (value >>> 14)) >>> 0) / 4294967296 * below) | 0
  }
}

// Characters that Unicode had by 2022: crier's library stands there, Node's goes further.
const scripts = [[0x20, 0x7e], [0xa0, 0x24f], [0x300, 0x36f], [0x391, 0x3a1], [0x3b1, 0x3c9], [0x400, 0x4ff], [0x531, 0x556],
  [0x5d0, 0x5ea], [0x621, 0x64a], [0x660, 0x669], [0x905, 0x939], [0x93e, 0x94d], [0x966, 0x96f], [0xb95, 0xb95], [0xbcd, 0xbcd],
  [0xe01, 0xe3a], [0x10d0, 0x10fa], [0x1100, 0x1112], [0x1161, 0x1175], [0x11a8, 0x11c2], [0x1e00, 0x1eff], [0x2000, 0x206f],
  [0x20a0, 0x20bf], [0x20d0, 0x20f0], [0x2100, 0x214f], [0x2190, 0x21ff], [0x2600, 0x26ff], [0x3000, 0x303f], [0x3041, 0x3096],
  [0x30a0, 0x30ff], [0x4e00, 0x4eff], [0xac00, 0xacff], [0xff00, 0xff60], [0x1d400, 0x1d454], [0x1f1e6, 0x1f1ff],
  [0x1f300, 0x1f6d2], [0x1f900, 0x1f9ff], [0x20000, 0x200ff], [0xe0061, 0xe007a]]
const odd = ['\u0001', '\u0085', '\u00ad', '\u061c', '\u180e', '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2028', '\u202a',
  '\u2060', '\u2066', '\u2069', '\u20e2', '\u20e3', '\ufe0e', '\ufe0f', '\ufeff', '\ufffe', '\uffff', '\u017f', '\u212a', '\u0345',
  '\r\n', '\n', '\t', '\u3000', '\uff20', '\uff03', '\u3002', '\uff0e', '\u0301', '\u093f', '\u094d']
const signs = ['.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '/', '//', '://', '-', '_', '@', '#', '$', '&', '%', '=', '+', '~',
  '|', "'", '"', '…', '’', '“', '–', '•', '·', '<', '>', '*', '^', '{', '}', '\\', '`']
const words = ['council', 'Bins', 'a', 'I', 'RT', 'rt', 'the', 'Cyngor', 'Tŷ', 'ŵyl', 'Straße', 'naïve', 'Ελλάδα', 'Москва', 'місто',
  'مجلس', 'البلدية', 'עירייה', 'हिन्दी', 'क्षेत्र', 'বাংলাদেশ', 'தமிழ்', 'ไทย', '市议会', '東京都', '한국어', 'ქართული', '2024', '7', 'x1',
  'http', 'https', 'httpd', 'xn--', 'test', 'e\u0301', 'ｆｕｌｌ', '𝒎ath', '𠀋', 'İstanbul', 'ﬁ']
const emoji = ['😀', '❤️', '❤', '☺︎', '☺️', '👍🏽', '👨‍👩‍👧‍👦', '👩‍❤️‍💋‍👨', '👩🏿‍🚒', '🧑‍🚀', '🏳️‍🌈', '🏴‍☠️', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', '🇬🇧', '🇬', '🇽🇽',
  '1️⃣', '#️⃣', '*⃣', '5\ufe0f', '⛹️‍♀️', '⛹🏻‍♂️', '🏃🏾‍♀️', '🏃‍♂️', '👯‍♀️', '👯🏻‍♀️', '🤦‍♂️', '👁‍🗨', '👁️‍🗨️', '🫱🏻‍🫲🏿', '🫠', '😶‍🌫️',
  '©️', '©', '®', '™️', '™', '♟️', '‼️', '🕵🏼‍♀️', '🕵️‍♀️', '☝🏿', '☝️🏿', '✌︎', '👩‍⚕️', '👨🏽‍⚖️', '👩‍🦰', '🤼‍♂️', '🧟‍♀️', '🦸🏽‍♂️', '🐈‍⬛', '👨‍👦‍👦']
const hosts = ['example', 'www.example', 'gov', 'council.gov', 'a-b', 'a_b.c', 't', 'sub.domain.example', '-x', 'x-', 'bücher', '例え', 'müll.foo',
  'xn--bcher-kva', 'EXAMPLE', 'a..b', '_x', 'é', '市市', '😀', 'a'.repeat(63), 'a'.repeat(64), 'ü'.repeat(58), 'ü'.repeat(57), '3', 't.co', 'foo。bar']
const odd_tops = ['uk', 'com', 'co.uk', 'org', 'co', 'local', 'test', 'みんな', '香港', 'рф', 'РФ', 'ελ', 'xn--p1ai', 'xn--', 'c', 'comx', 'com1',
  'COM', 'Uk', 'museum', 'onion', 'gov.uk', '中国', 'გე', 'invalid', 'co0', 'com-x', 'com+', 'com@']
const paths = ['', '', '', '/', '/a', '/a/b.html', '/a_(b)', '/a_(b_(c))_d', '/(a', '/a)', '/@user', '/@user/1', '/a?b=c', '?q=1', '?', '?a.b.',
  '/a?b=c&d=e#f', '/#!/x', '/ü', '/д', '/市', '/a.', '/a,b', '/…', '/a…', '/~x/%20', ':80', ':8080/x', ':', '/a|b', '/a-', '/a_', '/–', '/ι', '/ɠ',
  '/(市)', '/a_(b)_(c).', '/()', '/((a))', '/a?(b)', '/a#b', '/.', '/a;', '/UqIyJAJTfo', '/' + 'x'.repeat(41), '/x?amp=1', '/abc?d=ü']
const names = ['council', 'a_b', 'A1', '_', 'x'.repeat(20), 'x'.repeat(21), 'user.bsky.social', 'user-name.gov.uk', 'user.test', 'a.', 'a.b.', 'ü',
  'jobs/list', 'jobs/list-1_x', 'jobs/1', 'jobs/' + 'l'.repeat(26), 'é', 'nameé', 'name@host.org', 'b.com_x', '1.2', 'Foo.COM', 'foo.com-']
const tags = ['jobs', 'Jobs2024', '2024', '2024a', 'ŵyl', '市议会', 'a_b', '_', '_1', 'a-b', "a's", 'a.', 'a!!', 'a·b', 'a・b', 'ー', 'x'.repeat(64),
  'x'.repeat(65), 'हिन्दी', '😀', 'a😀', '\u200dx', 'a\u200cb', 'ا', '𠀋', '𝒎', '1️⃣', 'a#b', 'a://', 'ｗｉｄｅ', '「a」', '²', 'Ⅷ', '٣', '१', 'a\ufe0f']
const tickers = ['TSLA', 'a', 'BRK.A', 'BRK_bb', 'ABCDEF', 'ABCDEFG', 'AB1', '1A', 'abcde', 'a.bc.', 'GBP,', 'x’']

// Since Unicode 15.1 these join consonants into one cluster, as crier counts them for Bluesky; an older Node does not.
const [major, minor] = process.versions.unicode.split('.').map(Number)
const knows_conjuncts = major > 15 || (major === 15 && minor >= 1)
const without_joining_signs = text => knows_conjuncts ? text : text.replace(/[\u094d\u09cd]/g, '')

export function maker(seed) {
  const below = random(seed)
  const one = list => list[below(list.length)]
  const letter = () => {
    const [first, last] = one(scripts)
    return String.fromCodePoint(first + below(last - first + 1))
  }
  const host = () => {
    let name = one(hosts)
    for (let more = below(5); more > 3; --more) name += '.' + one(hosts)
    return name + '.' + (below(3) ? one(odd_tops) : one(tlds))
  }
  const url = () => one(['https://', 'https://', 'http://', '', '', 'HTTPS://', 'ftp://', 'hTtp://']) + host() + one(paths) + (below(8) ? '' : one(paths))
  const piece = () => {
    switch (below(12)) {
      case 0: case 1: return one(words)
      case 2: return url()
      case 3: return one(['@', '@', '＠', '.@', 'RT @', 'RT:@', '(@', '@@']) + one(names)
      case 4: return one(['#', '#', '＃', '.#', '(#', '##', '&#']) + one(tags)
      case 5: return one(['$', '$', '($', '$$', 'a$']) + one(tickers)
      case 6: return one(emoji)
      case 7: return one(signs)
      case 8: return one(odd)
      case 9: return letter()
      case 10: return one(words) + one(signs)
      default: return ' '
    }
  }
  return () => {
    let text = ''
    const glue = below(4)
    for (let count = below(14); count > 0; --count) text += piece() + (below(4) <= glue ? ' ' : '')
    if (below(50) === 0) text += ' https://example.com/' + 'long/'.repeat(780 + below(60))
    if (below(40) === 0) text += 'word '.repeat(50 + below(10))
    // Half a character is no text.
    return without_joining_signs(Buffer.from(text, 'utf8').toString('utf8'))
  }
}
