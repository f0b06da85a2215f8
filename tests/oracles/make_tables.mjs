// Writes lib/compose/x_tables.cpp and lib/compose/domains.cpp: what the networks' own libraries take for a letter, for
// an emoji, for a top-level domain. Each fact is asked of the library, one character after the other.
//   node make_tables.mjs FOLDER_OF_COMPOSE      (beside a node_modules made by `npm ci` in this folder)
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.cwd(), 'x.js'))
const folder = process.argv[2]
const regexp = name => {
  const module = require(`twitter-text/dist/regexp/${name}`)
  return module.default ?? module
}
const source = name => regexp(name).source
const versionOf = name => JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')).version
const day = new Date().toISOString().slice(0, 10)
const hex = value => '0x' + value.toString(16).toUpperCase()

const isSurrogate = value => value >= 0xd800 && value <= 0xdfff
function ranges(accepts, last = 0xffff, surrogates = false) {
  const found = []
  for (let value = 0; value <= last; ++value) {
    if (!surrogates && isSurrogate(value)) continue
    if (!accepts(value)) continue
    const before = found.at(-1)
    if (before && before[1] === value - 1) before[1] = value
    else found.push([value, value])
  }
  return found
}
const matching = pattern => value => pattern.test(String.fromCodePoint(value))

function lines(items, most = 96) {
  const out = []
  let line = ' '
  for (const item of items) {
    if (line.length + item.length + 2 > most) {
      out.push(line)
      line = ' '
    }
    line += ' ' + item + ','
  }
  if (line.trim()) out.push(line)
  return out.join('\n')
}
const table = (name, comment, found) => `
/// ${comment}
constexpr std::array<CharRange, ${found.length}> ${name}_ranges{{
${lines(found.map(([first, last]) => `{${hex(first)}, ${hex(last)}}`))}
}};
`
const shape = (name, text) => new RegExp(`^(?:${text})$`, name)

// The classes as they are inside the whole expressions, most of which disregard case.
const path = ranges(matching(shape('i', source('validGeneralUrlPathChars'))))
const pathEnd = ranges(matching(shape('i', source('validUrlPathEndingChars'))))
const notDomain = ranges(value => !matching(shape('i', source('validDomainChars')))(value))
const notBefore = ranges(value => !matching(shape('i', source('validUrlPrecedingChars').replace('|^)', ')')))(value))
const asciiDomain = ranges(matching(shape('i', `[\\-a-z0-9${source('latinAccentChars')}]`)))
const accents = ranges(matching(shape('', `[${source('latinAccentChars')}]`)))
const letters = ranges(matching(shape('i', source('hashtagAlpha'))), 0x10ffff)
const isLetter = matching(shape('i', source('hashtagAlpha')))
const isAny = matching(shape('i', source('hashtagAlphaNumeric')))
const others = ranges(value => isAny(value) && !isLetter(value), 0x10ffff)
const blanks = ranges(matching(shape('i', source('spaces'))))

// Emoji, by what the parser makes of probes.
const { parse } = require('twemoji-parser')
const text = codes => String.fromCodePoint(...codes)
const isOne = codes => {
  const found = parse(text(codes))
  return found.length === 1 && found[0].text === text(codes)
}
const starts = codes => parse(text(codes)).some(found => found.indices[0] === 0)
const [skin, joiner, variant, plain, female] = [0x1f3fb, 0x200d, 0xfe0f, 0xfe0e, 0x2640]
const all = 0x1fffff > 0 ? 0x1ffff : 0
const probe = codesOf => ranges(value => value !== variant && isOne(codesOf(value)), all)
const alone = probe(value => [value])
const withVariant = probe(value => [value, variant])
const notAsText = ranges(value => isOne([value]) && !starts([value, plain]), all)
const skinned = probe(value => [value, skin])
const skinnedVariant = probe(value => [value, variant, skin])
const genderAlone = probe(value => [value, joiner, female, variant])
const genderSkin = probe(value => [value, skin, joiner, female, variant])
const genderVariant = probe(value => [value, variant, joiner, female, variant])
const keycaps = probe(value => [value, 0x20e3])
const man = 0x1f468
const work = ranges(value => isOne([man, joiner, value]), all)
const workVariant = ranges(value => value !== 0x2764 && isOne([man, joiner, value, variant]), all)
const letter = value => 0x1f1e6 + value
const flags = []
for (let a = 0; a < 26; ++a) {
  for (let b = 0; b < 26; ++b) {
    if (isOne([letter(a), letter(b)])) flags.push(String.fromCharCode(97 + a, 97 + b))
  }
}
// What else is joined: all that families, couples, flags and the rest of the parser's own source spell out in full.
const people = [[0x1f468], [0x1f469], [0x1f466], [0x1f467], [0x2764, variant], [0x1f48b]]
const joined = []
function join_people(before) {
  for (const each of people) {
    const codes = before.length ? [...before, joiner, ...each] : each
    if (before.length && isOne(codes)) joined.push(codes)
    if (codes.filter(code => code === joiner).length < 3) join_people(codes)
  }
}
join_people([])
const isWork = value => work.some(([a, b]) => value >= a && value <= b)
const family = joined.filter(codes => !(codes.length === 3 && codes[0] !== 0x1f468 && codes[0] !== 0x1f469))
for (const codes of [[0x1f3f3, variant, joiner, 0x1f308], [0x1f3f4, joiner, 0x2620, variant], [0x1f441, joiner, 0x1f5e8]]) {
  if (isOne(codes)) family.push(codes)
}
for (const tag of ['gbeng', 'gbsct', 'gbwls']) {
  const codes = [0x1f3f4, ...[...tag].map(c => 0xe0000 + c.charCodeAt(0)), 0xe007f]
  if (isOne(codes)) family.push(codes)
}
const family_members = new Set(family.filter(codes => codes.length === 3 && codes[1] === joiner).map(codes => codes[2]))
const workOnly = work.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)).filter(value => !family_members.has(value))
const toRanges = values => ranges(value => values.includes(value), all)
family.sort((a, b) => b.length - a.length)
const sequence = codes => `U"${codes.map(code => '\\U' + code.toString(16).padStart(8, '0')).join('')}"`

const head = `// clang-format off
// Made by tests/oracles/make_tables.mjs on ${day}; not to be edited by hand.
`
writeFileSync(join(folder, 'x_tables.cpp'), `${head}// Source: npm twitter-text ${versionOf('twitter-text')} and twemoji-parser ${versionOf('twemoji-parser')}, asked for each character.
#include "compose/x_tables.h"

#include <array>

namespace crier::x_tables {
namespace {
${table('path', 'May stand in the path of a URL.', path)}${table('path_end', 'May end the path of a URL.', pathEnd)}${table('not_domain', 'May not stand in a label of a domain, but for the hyphen and low line inside it.', notDomain)}${table('not_before', 'May not stand before a URL.', notBefore)}${table('ascii_domain', 'May stand in a domain that has no scheme before it.', asciiDomain)}${table('accents', 'May not follow a mention.', accents)}${table('letters', 'A hashtag has one of these at least.', letters)}${table('others', 'May stand in a hashtag, too.', others)}${table('blanks', 'May stand before a cashtag.', blanks)}${table('emoji_alone', 'An emoji by itself.', alone)}${table('emoji_variant', 'One with U+FE0F behind it.', withVariant)}${table('emoji_not_as_text', 'None with U+FE0E behind it.', notAsText)}${table('emoji_skinned', 'Takes a skin tone.', skinned)}${table('emoji_skinned_variant', 'Takes a skin tone behind U+FE0F.', skinnedVariant)}${table('emoji_gender', 'Takes a joined sign of gender.', genderAlone)}${table('emoji_gender_skin', 'Takes it behind a skin tone.', genderSkin)}${table('emoji_gender_variant', 'Takes it behind U+FE0F.', genderVariant)}${table('emoji_keycaps', 'Stands on a key.', keycaps)}${table('emoji_work', 'What a woman or a man is joined with, whatever the skin tone.', toRanges(workOnly))}${table('emoji_work_variant', 'The same, with U+FE0F behind it.', workVariant)}
/// Spelt out in full, the longest first.
constexpr std::array<std::u32string_view, ${family.length}> emoji_sequence_list{{
${lines(family.map(sequence))}
}};

/// The regions that have a flag.
constexpr std::array<std::string_view, ${flags.length}> flag_list{{
${lines(flags.map(flag => `"${flag}"`))}
}};

}  // namespace

${['path', 'path_end', 'not_domain', 'not_before', 'ascii_domain', 'accents', 'letters', 'others', 'blanks', 'emoji_alone',
   'emoji_variant', 'emoji_not_as_text', 'emoji_skinned', 'emoji_skinned_variant', 'emoji_gender', 'emoji_gender_skin',
   'emoji_gender_variant', 'emoji_keycaps', 'emoji_work', 'emoji_work_variant']
  .map(name => `CharRanges ${name}() { return ${name}_ranges; }`).join('\n')}
std::span<const std::u32string_view> emoji_sequences() { return emoji_sequence_list; }
std::span<const std::string_view> flags() { return flag_list; }

}  // namespace crier::x_tables
`)

// Top-level domains.
const listed = name => /\(\?:\(\?:(.*)\)\(\?=/.exec(source(name))[1].split('|')
const xNames = [...listed('validGTLD'), ...listed('validCCTLD')]
const isAscii = name => /^[\x00-\x7f]*$/.test(name)
const xAscii = new Set(xNames.filter(isAscii))
const xOther = xNames.filter(name => !isAscii(name))
for (const [i, name] of xOther.entries()) {
  if (xOther.slice(i + 1).some(later => later !== name && later.startsWith(name))) throw Error(`order: ${name}`)
  if ([...name].length !== name.length) throw Error(`beyond the basic plane: ${name}`)
}
for (const name of xAscii) if (!/^[a-z]+$/.test(name)) throw Error(`odd name: "${name}"`)
const tlds = JSON.parse(readFileSync('node_modules/tlds/index.json', 'utf8'))
const blueskyAscii = new Set(tlds.filter(isAscii))
const both = [...xAscii].filter(name => blueskyAscii.has(name)).sort()
const xOnly = [...xAscii].filter(name => !blueskyAscii.has(name)).sort()
const blueskyOnly = [...blueskyAscii].filter(name => !xAscii.has(name)).sort()
const folds = []
const characters = new Set(xOther.join(''))
for (const character of characters) {
  const pattern = new RegExp(`^${character}$`, 'i')
  for (let value = 0x80; value <= 0xffff; ++value) {
    if (value !== character.charCodeAt(0) && pattern.test(String.fromCharCode(value))) {
      if (!characters.has(String.fromCharCode(value))) folds.push([value, character.charCodeAt(0)])
      else throw Error(`two cases: ${character}`)
    }
  }
}
folds.sort((a, b) => a[0] - b[0])
const names = (name, comment, list) => `
/// ${comment}
constexpr std::array<std::string_view, ${list.length}> ${name}{{
${lines(list.map(each => `"${each}"`))}
}};
`
writeFileSync(join(folder, 'domains.cpp'), `${head}// Source: the lists of top-level domains in npm twitter-text ${versionOf('twitter-text')} (of 2018, some of which are gone) and
// npm tlds ${versionOf('tlds')} (IANA's list), which @atproto/api ${versionOf('@atproto/api')} asks.
#include "compose/domains.h"

#include <algorithm>
#include <array>

namespace crier {
namespace {
${names('known_to_both', 'In ASCII, in order.', both)}${names('known_to_x', 'To X only.', xOnly)}${names('known_to_bluesky', 'To Bluesky only.', blueskyOnly)}
/// X's others; where one is the beginning of another, the longer is first.
constexpr std::array<std::u16string_view, ${xOther.length}> in_other_scripts{{
${lines(xOther.map(name => `u"${[...name].map(c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')).join('')}"`))}
}};

struct Fold {
  char16_t from = 0, to = 0;
};
/// The other case of the letters in them.
constexpr std::array<Fold, ${folds.length}> folds{{
${lines(folds.map(([from, to]) => `{${hex(from)}, ${hex(to)}}`))}
}};

bool is_in(std::span<const std::string_view> list, std::string_view name) {
  return std::binary_search(list.begin(), list.end(), name);
}

}  // namespace

bool is_top_domain_of_x(std::string_view name) { return is_in(known_to_both, name) || is_in(known_to_x, name); }

bool is_top_domain_of_bluesky(std::string_view name) {
  return is_in(known_to_both, name) || is_in(known_to_bluesky, name);
}

std::span<const std::u16string_view> top_domains_in_other_scripts() { return in_other_scripts; }

char16_t fold_domain_unit(char16_t unit) {
  const auto* const found = std::ranges::lower_bound(folds, unit, {}, &Fold::from);
  return found != folds.end() && found->from == unit ? found->to : unit;
}

}  // namespace crier
`)
console.error({ path: path.length, pathEnd: pathEnd.length, notDomain: notDomain.length, letters: letters.length, others: others.length,
  alone: alone.length, work: workOnly.length, workVariant, family: family.length, flags: flags.length, both: both.length,
  xOnly: xOnly.length, blueskyOnly: blueskyOnly.length, xOther: xOther.length, folds: folds.length, genderAlone, genderVariant, keycaps })
