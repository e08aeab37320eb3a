/** The one error of this part: a template that cannot be parsed, escaped or executed. */

export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}

/** By shape: an error of another realm, such as a test, is no `instanceof`. */
export function isTemplateError(error: unknown): error is TemplateError {
  return typeof error === 'object' && error !== null && 'name' in error
    ? error.name === 'TemplateError'
    : false
}
