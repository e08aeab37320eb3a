import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createFakeDisk } from '#test/fake-disk'
import { beginFrame, endFrame, type FrameForm, readFrames } from './frames.ts'

const header = Buffer.from('OURS')
const form: FrameForm = {
  headerBytes: header.length,
  check(found) {
    if (!found.equals(header)) throw new Error('not ours')
  },
  payloadBytesMax: 1000,
}

function fileOf(payloads: readonly Uint8Array[]): Buffer {
  let bytes = header
  const to = {
    get sizeBytes() {
      return bytes.length
    },
    whole32(value: number) {
      bytes = Buffer.concat([bytes, Buffer.alloc(4)])
      bytes.writeUInt32LE(value, bytes.length - 4)
    },
    patch32: (at: number, value: number) => void bytes.writeUInt32LE(value, at),
    since: (start: number) => bytes.subarray(start),
  }
  for (const payload of payloads) {
    const start = beginFrame(to)
    bytes = Buffer.concat([bytes, payload])
    endFrame(to, start)
  }
  return bytes
}

async function read(bytes: Uint8Array) {
  const disk = createFakeDisk()
  const path = '/f/1.log'
  await (await disk.open(path)).append(bytes)
  const payloads: string[] = []
  const found = await readFrames({ disk, path, form }, (payload) => {
    payloads.push(payload.toString('hex'))
  })
  expect(found.sizeBytes).toBe(bytes.length)
  return { payloads, soundBytes: found.soundBytes }
}

const somePayloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 99 }), { minLength: 1 })
const hexOf = (payload: Uint8Array) => Buffer.from(payload).toString('hex')

test('what was written is read back, and what is cut off or wrong ends it', async () => {
  await fc.assert(
    fc.asyncProperty(somePayloads, fc.nat(), fc.boolean(), async (payloads, where, isCut) => {
      const whole = fileOf(payloads)
      const all = payloads.map(hexOf)
      expect(await read(whole)).toEqual({ payloads: all, soundBytes: whole.length })
      const at = header.length + (where % (whole.length - header.length))
      const broken = Buffer.from(whole.subarray(0, isCut ? at : undefined))
      if (!isCut) broken[at] = (broken[at] ?? 0) ^ 1
      const { payloads: found, soundBytes } = await read(broken)
      expect(found).toEqual(all.slice(0, found.length))
      expect(found.length).toBeLessThan(all.length)
      const sound = fileOf(payloads.slice(0, found.length)).length
      expect([0, header.length, sound]).toContain(soundBytes)
    }),
  )
})

test('a length beyond the limit is damage, and a file of zeros is none of anybody', async () => {
  expect((await read(fileOf([Buffer.alloc(1001, 1)]))).payloads).toEqual([])
  expect(await read(Buffer.alloc(50))).toEqual({ payloads: [], soundBytes: 0 })
})

test('what somebody else wrote is refused', async () => {
  await expect(read(Buffer.from('THEIRS'))).rejects.toThrow('not ours')
})
