/** For invented texts of /proc. */
export const range = (count: number) => Array.from({ length: count }, (_, i) => i)
export const lines = (texts: readonly string[]) => `${texts.join('\n')}\n`
