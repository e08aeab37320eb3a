/** `printf`: a format and what it shows, wrong uses included. */
import { typeOf, type Value } from '../value/value.ts'
import { type Directive, plain } from './directive.ts'
import { type Budget, format, spend, textMax } from './print.ts'

export function sprintf(pattern: string, values: readonly Value[]): string {
  const printer = new Printf(pattern, values)
  return printer.run()
}

const widthMax = 1_000_000
const flags = { '+': 'plus', '-': 'minus', '#': 'sharp', ' ': 'space' } as const

type Wanted = { -readonly [Key in keyof Directive]: Directive[Key] }

class Printf {
  readonly #pattern: string
  readonly #values: readonly Value[]
  readonly #budget: Budget = { left: textMax }
  #at = 0
  #next = 0
  /** Some directive named its argument: then none counts as left over. */
  #reordered = false
  #goodIndex = true
  #afterIndex = false

  constructor(pattern: string, values: readonly Value[]) {
    this.#pattern = pattern
    this.#values = values
  }

  run(): string {
    let text = ''
    while (this.#at < this.#pattern.length) {
      const percent = this.#pattern.indexOf('%', this.#at)
      const end = percent < 0 ? this.#pattern.length : percent
      text += spend(this.#budget, this.#pattern.slice(this.#at, end))
      this.#at = end + 1
      if (percent >= 0) text += spend(this.#budget, this.#directive())
    }
    return text + this.#extra()
  }

  #extra(): string {
    if (this.#reordered || this.#next >= this.#values.length) return ''
    const rest = this.#values.slice(this.#next).map((value) => {
      if (value === null || value === undefined) return '<nil>'
      return `${typeOf(value)}=${format(value, plain, this.#budget)}`
    })
    return `%!(EXTRA ${rest.join(', ')})`
  }

  #directive(): string {
    const how: Wanted = { ...plain }
    this.#goodIndex = true
    this.#afterIndex = false
    this.#flags(how)
    this.#index()
    const wrong = this.#width(how) + this.#precision(how)
    if (!this.#afterIndex) this.#index()
    const letter = this.#letter()
    if (letter === '') return `${wrong}%!(NOVERB)`
    return wrong + this.#verb(how, letter)
  }

  #verb(how: Wanted, verb: string): string {
    if (verb === '%') return '%'
    if (!this.#goodIndex) return `%!${verb}(BADINDEX)`
    if (this.#next >= this.#values.length) return `%!${verb}(MISSING)`
    const value = this.#values[this.#next++]
    how.verb = verb
    if (verb === 'v') {
      how.sharpV = how.sharp
      how.plusV = how.plus
      how.sharp = false
      how.plus = false
    }
    return format(value, how, this.#budget)
  }

  #flags(how: Wanted): void {
    for (;;) {
      const letter = this.#pattern[this.#at] ?? ''
      if (letter === '0') how.zero = !how.minus
      else if (isFlag(letter)) how[flags[letter]] = true
      else return
      if (how.minus) how.zero = false
      this.#at++
    }
  }

  /** `[2]`: which argument comes next. */
  #index(): void {
    if (this.#pattern[this.#at] !== '[') return
    this.#reordered = true
    const close = this.#pattern.indexOf(']', this.#at)
    if (close < 0) {
      this.#goodIndex = false
      this.#at++
      return
    }
    const inner = this.#pattern.slice(this.#at + 1, close)
    const index = /^\d+$/.test(inner) ? Number(inner) : 0
    this.#at = close + 1
    if (index < 1 || index > this.#values.length) this.#goodIndex = false
    else {
      this.#next = index - 1
      this.#afterIndex = true
    }
  }

  #width(how: Wanted): string {
    if (this.#pattern[this.#at] !== '*') {
      how.width = this.#count()
      if (this.#afterIndex && how.width !== undefined) this.#goodIndex = false
      return ''
    }
    this.#at++
    const width = this.#counted()
    this.#afterIndex = false
    if (width === undefined) return '%!(BADWIDTH)'
    how.width = Math.abs(width)
    if (width < 0) {
      how.minus = true
      how.zero = false
    }
    return ''
  }

  #precision(how: Wanted): string {
    if (this.#pattern[this.#at] !== '.') return ''
    this.#at++
    if (this.#afterIndex) this.#goodIndex = false
    this.#index()
    if (this.#pattern[this.#at] !== '*') {
      how.precision = this.#count() ?? 0
      return ''
    }
    this.#at++
    const precision = this.#counted()
    this.#afterIndex = false
    if (precision === undefined) return '%!(BADPREC)'
    if (precision >= 0) how.precision = precision
    return precision < 0 ? '%!(BADPREC)' : ''
  }

  /** The number that an argument gives for a `*`. */
  #counted(): number | undefined {
    const value = this.#values[this.#next]
    if (this.#next < this.#values.length) this.#next++
    const fits = typeof value === 'bigint' && value >= -widthMax && value <= widthMax
    return fits ? Number(value) : undefined
  }

  #count(): number | undefined {
    const digits = /\d*/y
    digits.lastIndex = this.#at
    const text = digits.exec(this.#pattern)?.[0] ?? ''
    this.#at += text.length
    if (text === '') return undefined
    const count = Number(text)
    return count > widthMax ? undefined : count
  }

  #letter(): string {
    const code = this.#pattern.codePointAt(this.#at)
    const letter = code === undefined ? '' : String.fromCodePoint(code)
    this.#at += letter.length
    return letter
  }
}

const isFlag = (letter: string): letter is keyof typeof flags => letter in flags
