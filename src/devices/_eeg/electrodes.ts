/** Electrode names of the 10-20 and 10-10 systems, in an order in which small caps are filled. */

const names = `Fp1 Fp2 C3 C4 P7 P8 O1 O2 F7 F8 F3 F4 T7 T8 P3 P4 Fz Cz Pz Oz FC1 FC2 CP1 CP2 FC5 FC6
CP5 CP6 TP9 TP10 POz AFz F1 F2 C1 C2 P1 P2 AF3 AF4 FC3 FC4 CP3 CP4 PO3 PO4 F5 F6 C5 C6 P5 P6 AF7
AF8 FT7 FT8 TP7 TP8 PO7 PO8 FT9 FT10 Fpz CPz`.split(/\s+/)

/** The first `count` names; beyond the 64 of a full cap, E65 and so on. */
export function electrodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => names[i] ?? `E${i + 1}`)
}

/** How strongly blinks and the alpha rhythm are seen at an electrode, each from 0 to 1. */
export function scalpWeights(name: string): { blink: number; alpha: number } {
  if (/^Fp/.test(name)) return { blink: 1, alpha: 0.3 }
  if (/^AF/.test(name)) return { blink: 0.8, alpha: 0.3 }
  if (/^F\D*\d|^Fz/.test(name)) return { blink: 0.4, alpha: 0.35 }
  if (/^(O|PO)/.test(name)) return { blink: 0.02, alpha: 1 }
  if (/^(P|TP|CP)/.test(name)) return { blink: 0.05, alpha: 0.7 }
  return { blink: 0.12, alpha: 0.45 }
}
