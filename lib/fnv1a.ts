/** FNV-1a in 64 bits, kept in two halves of 32: what Prometheus names label sets by. */

export interface Fnv1a {
  add(text: string): void
  addByte(byte: number): void
  /** 16 hex digits. */
  digest(): string
}

/** The prime is 2^40 + 435. */
const primeLow = 435
const twoTo32 = 2 ** 32

export function createFnv1a(): Fnv1a {
  let high = 0xcbf29ce4
  let low = 0x84222325
  const addByte = (byte: number) => {
    const mixed = (low ^ byte) >>> 0
    const product = mixed * primeLow // Below 2^41, so exact.
    low = product >>> 0
    high = (high * primeLow + Math.floor(product / twoTo32) + ((mixed << 8) >>> 0)) % twoTo32
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
    digest: () => hex(high) + hex(low),
  }
}

const hex = (half: number) => half.toString(16).padStart(8, '0')
