/** IIR designs as second-order sections, ready for the cascade kernel. */
import { butterworthPrototype } from './prototypes.ts'
import { type Section, sectionsOf } from './sections.ts'
import { type Band, digitalFilter, isStable } from './zeros-poles.ts'

/**
 * Butterworth filter of `order` (a band or stop filter has twice as many poles).
 * @throws RangeError when a cut-off does not lie between 0 and half the rate, or the result would
 * not be stable in float64
 */
export function butterworth(order: number, band: Band, rateHz: number): Section[] {
  checkBand(band, rateHz)
  const filter = digitalFilter(butterworthPrototype(order), band, rateHz)
  if (!isStable(filter)) {
    throw new RangeError(`a Butterworth filter of order ${order} is not stable at ${rateHz} Hz`)
  }
  return sectionsOf(filter)
}

/**
 * Second-order notch: zero gain at `frequencyHz`, −3 dB over frequencyHz / quality.
 * Orfanidis, Introduction to Signal Processing, ch. 11; as scipy.signal.iirnotch.
 */
export function notch(frequencyHz: number, quality: number, rateHz: number): Section {
  checkFrequency('notch', frequencyHz, rateHz)
  if (!(quality > 0)) throw new RangeError(`quality ${quality} is not above 0`)
  const w = (2 * Math.PI * frequencyHz) / rateHz
  const gain = 1 / (1 + Math.tan(w / quality / 2))
  const middle = -2 * Math.cos(w) * gain
  return [gain, middle, gain, middle, 2 * gain - 1]
}

function checkBand(band: Band, rateHz: number): void {
  if (band.kind === 'low' || band.kind === 'high') {
    checkFrequency('cut-off', band.cutHz, rateHz)
    return
  }
  checkFrequency('low cut', band.lowHz, rateHz)
  checkFrequency('high cut', band.highHz, rateHz)
  if (band.lowHz >= band.highHz) {
    throw new RangeError(`low cut ${band.lowHz} Hz is not below high cut ${band.highHz} Hz`)
  }
}

function checkFrequency(what: string, hz: number, rateHz: number): void {
  if (hz > 0 && hz < rateHz / 2) return
  throw new RangeError(`${what} ${hz} Hz is not between 0 and half the rate, ${rateHz / 2} Hz`)
}

/** Sections in the kernel's layout: b0 b1 b2 a1 a2 after each other. */
export function packSections(sections: readonly Section[], into: Float64Array): void {
  sections.forEach((section, index) => {
    into.set(section, index * 5)
  })
}

/**
 * Writes the state that the cascade would have after an endless constant input equal to the frame
 * at `start`, so that a signal which begins with an offset does not ring. As
 * scipy.signal.sosfilt_zi times the first sample, for every channel.
 */
export function primeIirState(
  sections: Float64Array,
  state: Float64Array,
  frame: Float32Array | Float64Array,
  start: number,
  stride: number,
): void {
  const sectionCount = sections.length / 5
  for (let c = 0; c < stride; c++) {
    let x = frame[start + c]!
    for (let s = 0; s < sectionCount; s++) {
      const k = s * 5
      const b0 = sections[k]!
      const b2 = sections[k + 2]!
      const a2 = sections[k + 4]!
      const gain = (b0 + sections[k + 1]! + b2) / (1 + sections[k + 3]! + a2)
      const y = gain * x
      state[s * 2 * stride + c] = y - b0 * x
      state[(s * 2 + 1) * stride + c] = b2 * x - a2 * y
      x = y
    }
  }
}

/** Gain of the cascade at `frequencyHz`: 1 is unity. */
export function gainAt(sections: readonly Section[], frequencyHz: number, rateHz: number): number {
  const w = (2 * Math.PI * frequencyHz) / rateHz
  const part = (c0: number, c1: number, c2: number) =>
    Math.hypot(
      c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w),
      c1 * Math.sin(w) + c2 * Math.sin(2 * w),
    )
  return sections.reduce(
    (gain, [b0, b1, b2, a1, a2]) => (gain * part(b0, b1, b2)) / part(1, a1, a2),
    1,
  )
}
