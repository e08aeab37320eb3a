/** FNV-1a in 64 bits, in four limbs: what Prometheus names label sets by. */

export interface Fnv1a {
  add(text: string): void
  addByte(byte: number): void
  /** 16 hex digits. */
  digest(): string
}

/** The prime is 2^40 + this. */
const primeLow = 435

/** In four limbs of 16 bits: products stay small whole numbers, which is three times faster. */
export function createFnv1a(): Fnv1a {
  let [first, second, third, fourth] = [0x2325, 0x8422, 0x9ce4, 0xcbf2]
  const addByte = (byte: number) => {
    first ^= byte
    const low = first * primeLow
    const next = second * primeLow + (low >>> 16)
    const high = third * primeLow + (first << 8) + (next >>> 16)
    fourth = (fourth * primeLow + (second << 8) + (high >>> 16)) & 0xffff
    third = high & 0xffff
    second = next & 0xffff
    first = low & 0xffff
  }
  return {
    addByte,
    add(text) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (code < 0x80) addByte(code)
        else return Buffer.from(text.slice(i), 'utf8').forEach(addByte)
      }
    },
    digest: () => hex(fourth) + hex(third) + hex(second) + hex(first),
  }
}

const hex = (limb: number) => limb.toString(16).padStart(4, '0')
