/** Complex numbers for filter design; nothing here runs per sample. */

export interface Complex {
  readonly re: number
  readonly im: number
}

export const real = (re: number): Complex => ({ re, im: 0 })
export const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im })
export const subtract = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im })
export const scaleBy = (a: Complex, k: number): Complex => ({ re: a.re * k, im: a.im * k })
export const magnitude = (a: Complex): number => Math.hypot(a.re, a.im)

export function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}

export function divide(a: Complex, b: Complex): Complex {
  const d = b.re * b.re + b.im * b.im
  return { re: (a.re * b.re + a.im * b.im) / d, im: (a.im * b.re - a.re * b.im) / d }
}

export function squareRoot(a: Complex): Complex {
  const m = magnitude(a)
  const re = Math.sqrt((m + a.re) / 2)
  const im = Math.sqrt((m - a.re) / 2)
  return { re, im: a.im < 0 ? -im : im }
}

export function product(values: readonly Complex[]): Complex {
  return values.reduce(multiply, real(1))
}

export const conjugate = (a: Complex): Complex => ({ re: a.re, im: -a.im })
export const negate = (a: Complex): Complex => ({ re: -a.re, im: -a.im })
