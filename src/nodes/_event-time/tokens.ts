/**
 * Words, numbers and signs of the expression and rule languages, each with its place in the text,
 * so that a refusal can name the character. Names of channels stand bare where they are one word
 * (`theta`), else in quotes of any kind (`'Fp1 theta'`).
 */

export interface Token {
  readonly kind: 'number' | 'word' | 'quoted' | 'sign' | 'end'
  /** As written; without the quotes. */
  readonly text: string
  /** Of the first character, from 0. */
  readonly at: number
}

/** Text that is not of the language; the message names the character, counted from 1. */
export class LanguageError extends Error {
  constructor(text: string, at: number, problem: string) {
    super(`"${text}", character ${at + 1}: ${problem}`)
  }
}

const forms: readonly [Token['kind'] | null, RegExp][] = [
  [null, /\s+/y],
  ['number', /(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/y],
  ['word', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['quoted', /'[^']*'|"[^"]*"|`[^`]*`/y],
  ['sign', /<=|>=|==|!=|[-+*/^()<>=,]/y],
]

/** @throws LanguageError at a character that begins nothing */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const token = tokenAt(text, at)
    if (!token) throw new LanguageError(text, at, unreadable(text, at))
    if (token.kind) {
      const written = token.kind === 'quoted' ? token.text.slice(1, -1) : token.text
      tokens.push({ kind: token.kind, text: written, at })
    }
    at += token.text.length
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

function tokenAt(text: string, at: number) {
  for (const [kind, form] of forms) {
    form.lastIndex = at
    const found = form.exec(text)
    if (found) return { kind, text: found[0] }
  }
  return null
}

function unreadable(text: string, at: number): string {
  const sign = text[at]!
  return /['"`]/.test(sign)
    ? `the quote ${sign} is not closed`
    : `${sign} is no sign of the language; put a channel's name into quotes`
}

/** Goes through the tokens of one text. */
export class TokenReader {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0

  /** @throws LanguageError */
  constructor(text: string) {
    this.text = text
    this.#tokens = tokensOf(text)
  }

  get next(): Token {
    return this.#tokens[this.#at]!
  }

  /** The token so many behind the next one; the last one for ever. */
  ahead(count: number): Token {
    return this.#tokens[Math.min(this.#at + count, this.#tokens.length - 1)]!
  }

  take(count = 1): Token {
    const taken = this.next
    this.#at = Math.min(this.#at + count, this.#tokens.length - 1)
    return taken
  }

  /** Takes the words or signs if they are the next ones, in this order. */
  takeIf(...texts: readonly string[]): boolean {
    for (let i = 0; i < texts.length; i++) {
      const { kind, text } = this.ahead(i)
      if ((kind !== 'word' && kind !== 'sign') || text !== texts[i]) return false
    }
    this.take(texts.length)
    return true
  }

  /** @throws LanguageError unless the next one is this */
  expect(text: string): void {
    if (!this.takeIf(text)) throw this.refusal(text)
  }

  /** @throws LanguageError unless everything is read */
  expectEnd(allowed: string): void {
    if (this.next.kind !== 'end') throw this.refusal(allowed)
  }

  /** @param allowed what may stand here */
  refusal(allowed: string): LanguageError {
    const { kind, text, at } = this.next
    const found = kind === 'end' ? 'the text ends' : `"${text}" stands`
    return new LanguageError(this.text, at, `${found} where ${allowed} is expected`)
  }
}
