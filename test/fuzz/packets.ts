/** How much each parser is fuzzed: 10⁵ packets, notifications or files, or what SYNAPSE_FUZZ says. */

/** Packets for each parser, one seed. */
export const fuzzedPackets = wanted(process.env.SYNAPSE_FUZZ)

/** Ms, a bound for what hangs; more packets take longer. */
export const fuzzTimeout = 300_000 * Math.max(1, fuzzedPackets / 1e5)

function wanted(said = '1e5'): number {
  const count = Number(said)
  if (Number.isSafeInteger(count) && count >= 1000) return count
  throw new Error(`SYNAPSE_FUZZ is "${said}": say how many packets, 1000 or more, such as 1e6`)
}
