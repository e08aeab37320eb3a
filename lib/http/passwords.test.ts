import { expect, test } from '@jest/globals'
import { hashSync } from 'bcryptjs'
import { createPasswords } from '#lib/http/passwords'

const hash = hashSync('right', 4)
const right = { user: 'alice', password: 'right' }

test('a password is right for its own hash only, and the answer is then known at once', async () => {
  const passwords = createPasswords()
  expect(await passwords.check(right, hash)).toBe(true)
  expect(passwords.check(right, hash)).toBe(true)
  expect(await passwords.check({ user: 'alice', password: 'wrong' }, hash)).toBe(false)
  expect(passwords.check({ user: 'alice', password: 'wrong' }, hash)).toBe(false)
  expect(await passwords.check(right, hashSync('another', 4))).toBe(false)
  await passwords.close()
})

test('nobody enters as a user who has no hash', async () => {
  const passwords = createPasswords()
  expect(await passwords.check({ user: 'mallory', password: '' }, undefined)).toBe(false)
  await passwords.close()
})

test('the same question asked at once is put once; too many different ones are refused', async () => {
  const passwords = createPasswords()
  expect(passwords.check(right, hash)).toBe(passwords.check(right, hash))
  const guesses = Array.from({ length: 99 }, (_, i) => ({ user: 'alice', password: `${i}` }))
  const asked = guesses.map((guess) => passwords.check(guess, hash))
  expect(() => passwords.check({ user: 'alice', password: 'more' }, hash)).toThrow(
    'Cannot check the password: 100 wait already',
  )
  expect(await Promise.all(asked)).toEqual(guesses.map(() => false))
  expect(await passwords.check({ user: 'alice', password: 'more' }, hash)).toBe(false)
  await passwords.close()
})
