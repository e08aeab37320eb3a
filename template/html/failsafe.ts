/** What stands where a value could not be let in; people look this word up and find why. */
export const failsafe = 'ZgotmplZ'
