/** For what cannot happen. A false assertion means that we are wrong: the process dies. */

export class AssertionFault extends Error {
  override readonly name = 'AssertionFault'
}

export function assert(truth: unknown, message: string): asserts truth {
  if (!truth) throw new AssertionFault(message)
}
