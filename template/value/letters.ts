/** Go's upper and lower case: letter by letter, so that a text keeps its length. */

const byLetter = (change: (letter: string) => string) => (text: string) =>
  [...text]
    .map((letter) => {
      const changed = change(letter)
      return [...changed].length === 1 ? changed : letter
    })
    .join('')

export const upper = byLetter((letter) => letter.toUpperCase())
export const lower = byLetter((letter) => letter.toLowerCase())
