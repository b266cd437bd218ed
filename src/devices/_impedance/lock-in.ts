/**
 * A lock-in at one frequency over whole cycles: the amplitude of a test tone in raw samples. Over
 * whole cycles a constant offset drops out exactly, a slow drift with it once its line is taken
 * off, and what else the electrode picks up counts only in a band of one over the window.
 * Source: Goertzel, Am. Math. Monthly 65 (1958) 34; Meade, Lock-in Amplifiers (1983).
 */

/** A window is about so long: shorter takes in more EEG beside the tone, longer wears on people. */
const wantedSeconds = 1
/** A window whose length is off whole cycles by less is as good as whole. */
const wholeCycles = 1e-9

export class LockIn {
  readonly windowFrames: number
  readonly #window: Float64Array
  readonly #cosine: Float64Array
  readonly #sine: Float64Array
  #filled = 0

  /** @param toneHz below half of `rateHz`; some whole number of its cycles fits whole samples */
  constructor(rateHz: number, toneHz: number) {
    this.windowFrames = framesOfWholeCycles(rateHz, toneHz)
    this.#window = new Float64Array(this.windowFrames)
    const phase = (2 * Math.PI * toneHz) / rateHz
    this.#cosine = Float64Array.from({ length: this.windowFrames }, (_, n) => Math.cos(phase * n))
    this.#sine = Float64Array.from({ length: this.windowFrames }, (_, n) => Math.sin(phase * n))
  }

  /** Samples are missing: the window begins anew. */
  restart(): void {
    this.#filled = 0
  }

  /** @returns the tone's peak amplitude once a window is full, in the unit of the samples; else NaN */
  push(sample: number): number {
    this.#window[this.#filled++] = sample
    if (this.#filled < this.windowFrames) return Number.NaN
    this.#filled = 0
    return this.#amplitude()
  }

  #amplitude(): number {
    const count = this.windowFrames
    const middle = (count - 1) / 2
    let mean = 0
    let slope = 0
    for (let n = 0; n < count; n++) {
      mean += this.#window[n]! / count
      slope += (this.#window[n]! * (n - middle)) / ((count * (count * count - 1)) / 12)
    }
    let inPhase = 0
    let quadrature = 0
    for (let n = 0; n < count; n++) {
      const value = this.#window[n]! - mean - slope * (n - middle)
      inPhase += value * this.#cosine[n]!
      quadrature += value * this.#sine[n]!
    }
    return (2 / count) * Math.hypot(inPhase, quadrature)
  }
}

/** The number of samples nearest to the wanted time that whole cycles of the tone fill exactly. */
function framesOfWholeCycles(rateHz: number, toneHz: number): number {
  const wanted = Math.round(wantedSeconds * rateHz)
  for (let away = 0; away < wanted; away++) {
    for (const frames of [wanted - away, wanted + away]) {
      const cycles = (frames * toneHz) / rateHz
      if (Math.abs(cycles - Math.round(cycles)) < wholeCycles) return frames
    }
  }
  return Math.round((Math.round(wantedSeconds * toneHz) * rateHz) / toneHz)
}
