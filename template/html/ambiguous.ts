/** Markup in which no value could be made safe for sure. */
export class Ambiguous extends Error {}
