/**
 * How a stream is named: by its source id, which is the same every time that its sender is started;
 * where that is missing or taken twice, by name and host; by its uid where that is taken twice too.
 */
import { type LslStream, SynapseError } from '../../signal/index.ts'

export function addressOf(stream: LslStream, all: readonly LslStream[]): string {
  for (const name of namesOf(stream)) {
    if (name && all.filter((other) => isNamed(other, name)).length === 1) return name
  }
  return stream.uid
}

function namesOf({ sourceId, name, hostname, uid }: LslStream): string[] {
  return [sourceId, `${name}@${hostname}`, name, uid]
}

function isNamed(stream: LslStream, name: string): boolean {
  return namesOf(stream).includes(name)
}

/**
 * @returns undefined when nothing answers to it
 * @throws SynapseError bad-option when several do
 */
export function streamAt(address: string, all: readonly LslStream[]): LslStream | undefined {
  const [only, another] = all.filter((stream) => isNamed(stream, address))
  if (!another) return only
  throw new SynapseError(
    'bad-option',
    `opening the LSL stream ${address}: several bear this name`,
    {
      remedy: `Name one of: ${all
        .filter((stream) => isNamed(stream, address))
        .map((stream) => addressOf(stream, all))
        .join(', ')}.`,
    },
  )
}

/** The same stream, sent by a program that was started again. */
export function isSuccessor(stream: LslStream, of: LslStream): boolean {
  const same =
    stream.name === of.name &&
    stream.type === of.type &&
    stream.sourceId === of.sourceId &&
    stream.format === of.format &&
    stream.channels === of.channels
  return same && stream.uid !== of.uid && (of.sourceId !== '' || stream.hostname === of.hostname)
}
