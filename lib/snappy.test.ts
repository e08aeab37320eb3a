import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isBuildMachine } from '#test/environment'
import { crc32c } from './crc32c.ts'
import { ZstoneError } from './errors.ts'
import { compressSnappy, uncompressSnappy } from './snappy.ts'
import { decodeSnappyFrames, encodeSnappyFrames } from './snappy-frame.ts'

const sizeMax = 1 << 20

/** Bytes that repeat themselves near and far, bytes that do not, and more than one fragment. */
const someData = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.nat({ max: 900 })), {
      maxLength: 30,
    })
    .map((runs) => Buffer.concat(runs.flatMap(([run, times]) => Array(times).fill(run)))),
)

const formats = [
  { name: 'a block', pack: compressSnappy, unpack: uncompressSnappy },
  { name: 'a stream', pack: encodeSnappyFrames, unpack: decodeSnappyFrames },
]

/** What unpacking gives; undefined where it is refused. Anything else it throws is our mistake. */
function attempt(unpack: () => Buffer): Buffer | undefined {
  try {
    return unpack()
  } catch (error) {
    if (!(error instanceof ZstoneError)) throw error
    return undefined
  }
}

test.each(formats)('$name holds what was packed', ({ pack, unpack }) => {
  fc.assert(
    fc.property(someData, (data) => {
      expect(unpack(pack(data), data.length).equals(data)).toBe(true)
    }),
  )
})

test.each(formats)('$name that is cut anywhere is refused, or ends between chunks', (format) => {
  fc.assert(
    fc.property(someData, (data) => {
      const packed = format.pack(data)
      const step = Math.ceil(packed.length / 500)
      for (let end = 0; end < packed.length; end += step) {
        const got = attempt(() => format.unpack(packed.subarray(0, end), sizeMax))
        if (got !== undefined) expect(got.length % 65_536).toBe(0)
      }
    }),
    { numRuns: 30 },
  )
})

test('a block with any bit flipped is refused or stays within its limit', () => {
  fc.assert(
    fc.property(someData, (data) => {
      const packed = Buffer.from(compressSnappy(data))
      const step = Math.ceil(packed.length / 300)
      for (let bit = 0; bit < packed.length * 8; bit += step) {
        packed[bit >> 3]! ^= 1 << (bit & 7)
        const got = attempt(() => uncompressSnappy(packed, sizeMax))
        expect(got === undefined || got.length <= sizeMax).toBe(true)
        packed[bit >> 3]! ^= 1 << (bit & 7)
      }
    }),
    { numRuns: 30 },
  )
})

test('a stream with any bit flipped is refused, for its sums show it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (data) => {
      const packed = Buffer.from(encodeSnappyFrames(data))
      for (let bit = 0; bit < packed.length * 8; bit++) {
        packed[bit >> 3]! ^= 1 << (bit & 7)
        const got = attempt(() => decodeSnappyFrames(packed, sizeMax))
        // The type of a chunk is under no sum: it can become one that is skipped.
        if (got?.equals(data) === false) expect(got).toHaveLength(0)
        packed[bit >> 3]! ^= 1 << (bit & 7)
      }
    }),
    { numRuns: 20 },
  )
})

test('any bytes are refused or unpacked within the limit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 300 }), (bytes, limit) => {
      for (const { unpack } of formats) {
        const got = attempt(() => unpack(bytes, limit))
        expect(got === undefined || got.length <= limit).toBe(true)
      }
    }),
    { numRuns: 5000 },
  )
})

test.each([
  ['its length ends', [0x80], 'it ends inside its length'],
  ['its length is too long', [0xff, 0xff, 0xff, 0xff, 0x7f], 'its length has more than 32 bits'],
  ['a tag ends', [9, 0xf0], 'it ends inside a tag'],
  ['a literal ends', [9, 0x20, 1], 'it ends inside a literal'],
  ['nothing stands before a copy', [4, 0x01, 0x01], 'a copy begins outside of it'],
  ['a copy has no offset', [5, 0x00, 1, 0x01, 0], 'a copy begins outside of it'],
  ['there is more than said', [1, 0x04, 1, 2], 'it holds more than it says'],
  ['a copy goes over the end', [4, 0x00, 1, 0x01, 1], 'it holds more than it says'],
  ['there is less than said', [2, 0x00, 1], 'it holds less than it says'],
  ['the size is impossible', [0x80, 0x80, 0x40], 'it cannot hold 1048576 bytes'],
])('a block is refused where %s', (_, bytes, reason) => {
  expect(() => uncompressSnappy(Buffer.from(bytes), sizeMax)).toThrow(reason)
})

test.each([
  ['has no identifier', '0105000000000000ff', 'it does not say that it is one'],
  ['has another identifier', 'ff060000734e61507058', 'it does not say that it is one'],
  ['has a chunk nobody knows', 'ff060000734e6150705902000000', 'of the unknown type 2'],
  ['has a chunk without a sum', 'ff060000734e6150705901030000000000', 'has no checksum'],
  ['has a wrong sum', 'ff060000734e61507059010500000000000041', 'a checksum is wrong'],
  ['has too large a chunk', 'ff060000734e6150705900080000000000008180044000', 'more than 64 KiB'],
])('a stream is refused that %s', (_, hex, reason) => {
  expect(() => decodeSnappyFrames(Buffer.from(hex, 'hex'), sizeMax)).toThrow(reason)
})

test('a stream is what the library of Go writes', () => {
  expect(encodeSnappyFrames(Buffer.from('abc')).toString('hex')).toBe(
    'ff060000734e61507059010700006e57f121616263',
  )
})

test('what may be skipped is skipped, and a stream may follow another', () => {
  const one = encodeSnappyFrames(Buffer.from('one'))
  const padding = Buffer.from('fe030000000000' + '80010000ff', 'hex')
  const stream = Buffer.concat([one, padding, one])
  expect(decodeSnappyFrames(stream, sizeMax).toString()).toBe('oneone')
})

test('what is over the limit is refused before it takes memory', () => {
  for (const { pack, unpack } of formats) {
    const packed = pack(Buffer.alloc(200_000))
    expect(() => unpack(packed, 199_999)).toThrow('it holds more than 199999 bytes')
    expect(unpack(packed, 200_000)).toHaveLength(200_000)
  }
})

test('the sum is that of the standard', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
  expect(crc32c(Buffer.alloc(0))).toBe(0)
})

/** Debian's binding of Google's library: unpacks a block of ours and packs it again. */
const script = `
import sys, snappy
sys.stdout.buffer.write(snappy.compress(snappy.decompress(sys.stdin.buffer.read())))`
const repackedByPeer = (input: Uint8Array) =>
  spawnSync('/usr/bin/python3', ['-c', script], { input, maxBuffer: 1 << 26 })
const isHere = repackedByPeer(compressSnappy(Buffer.from('x'))).status === 0
if (!isHere && isBuildMachine()) throw new Error('python3-snappy is not installed: apt-get it')
if (!isHere) console.warn('Skipped: python3-snappy is not installed (apt-get install it)')
const peerTest = isHere ? test : test.skip

peerTest('the library of others reads what we pack, and we read what it packs', () => {
  const text = Array.from({ length: 9000 }, (_, i) => `metric{le="${i % 17}"} ${i * i}\n`).join('')
  const noise = fc.sample(fc.uint8Array({ minLength: 70_000, maxLength: 80_000 }), 1)
  const cases = [
    Buffer.from(text),
    Buffer.alloc(200_000, 'ab'),
    ...noise,
    ...fc.sample(someData, 5),
  ]
  for (const data of cases) {
    const { stdout, stderr } = repackedByPeer(compressSnappy(data))
    expect(stderr.toString()).toBe('')
    expect(uncompressSnappy(stdout, data.length).equals(data)).toBe(true)
  }
})
