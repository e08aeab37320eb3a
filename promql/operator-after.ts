/** What stands between two operands; remarks are nodes too. */
import type { SyntaxNode } from '@lezer/common'

export function operatorAfter(operand: SyntaxNode): SyntaxNode | null {
  let next = operand.nextSibling
  while (next?.name === 'LineComment') next = next.nextSibling
  return next
}
