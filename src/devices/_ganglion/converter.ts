/** A Ganglion's converter: 1.2 V reference, gain 51 behind an amplifier of 1.5, 24 bits. */

export const microvoltsPerCount = 1.2e6 / (8388607 * 1.5 * 51)
