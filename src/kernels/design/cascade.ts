/** What a running cascade of sections needs: its layout and its first state. */
import type { Section } from './sections.ts'

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
