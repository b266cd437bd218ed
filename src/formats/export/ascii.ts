/** Text for fields that hold printable ASCII only. */

const words: Readonly<Record<string, string>> = {
  μ: 'u', // which the micro sign is normalised to
  Ω: 'Ohm',
  '°': 'deg',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  œ: 'oe',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  '–': '-',
  '—': '-',
  '−': '-',
  '×': 'x',
  '‘': "'",
  '’': "'",
}

/** Letters without their marks, symbols in words, `_` for the rest. */
export function toAscii(text: string): string {
  const plain = [...text.toWellFormed().normalize('NFKC')]
    .map((letter) => words[letter] ?? letter)
    .join('')
  return plain
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^ -~]/gu, (letter) => words[letter] ?? '_')
}
