/** Answers what windows ask about graphs and what their nodes refused. */
import { join } from 'node:path'
import type { Handlers, Result } from '../contract/index.ts'
import { SynapseError } from '../signal/index.ts'
import { exportLetters } from './dead-letters/export-letters.ts'
import { readLetterFrames } from './dead-letters/read-letters.ts'
import { graphLibrary } from './graph-library.ts'
import { GraphLooks } from './graph-look.ts'
import type { AcquisitionHost } from './host.ts'

type GraphHandlers = Pick<
  Handlers,
  Extract<keyof Handlers, `graph.${string}` | `deadLetters.${string}`>
>

export function graphHandlers(host: AcquisitionHost): GraphHandlers {
  const looks = new GraphLooks(host)
  const { graphs, graphOutputs, graphTrouble } = host
  return {
    'graph.look': ({ id, revision }) => looks.look(id, revision),
    'graph.library': async () => ({ graphs: await graphLibrary() }),
    'graph.check': ({ id, text }) => graphs.check(id, text),
    'graph.apply': async ({ id, text }) => ({ id: await graphs.apply(id, text) }),
    'graph.undo': async ({ id }) => {
      await graphs.undo(id)
      return {}
    },
    'graph.close': ({ id }) => {
      graphOutputs.close(id)
      return {}
    },
    'graph.again': async ({ id }) => {
      await graphs.runAgain(id)
      return {}
    },
    'graph.wish': ({ id, ...wishes }) => {
      graphOutputs.wish(id, wishes)
      return {}
    },
    'graph.show': ({ id, output, isShown }) => {
      graphOutputs.show(id, output, isShown)
      return {}
    },
    'graph.forget': ({ id }) => {
      graphOutputs.forget(id)
      return {}
    },
    'deadLetters.list': ({ graph, node }) => ({
      folder: graphTrouble.folder,
      written: graphTrouble.recent.account(graph, node)?.written ?? 0,
      dropped: graphTrouble.dropped,
      letters: graphTrouble.recent.of(graph, node).map((letter) => {
        const { number, file, port, reason, note, firstSample, frames, time } = letter
        return { number, file, port, reason, note, firstSample, frames, time }
      }),
    }),
    'deadLetters.show': ({ number }) => lookIntoLetter(host, number),
    'deadLetters.export': async ({ graph: lane, node }) => {
      await graphTrouble.settled()
      const stamp = new Date().toISOString().replace(/[:.]/g, '-')
      const name = `${stamp}-${node}`.replace(/[^\w.-]+/g, '_')
      const path = join(host.folder, 'exported-dead-letters', name)
      return { path, letters: await exportLetters(graphTrouble.folder, path, { lane, node }) }
    },
  }
}

async function lookIntoLetter(
  host: AcquisitionHost,
  number: number,
): Promise<Result<'deadLetters.show'>> {
  const letter = host.graphTrouble.recent.numbered(number)
  if (!letter) {
    throw new SynapseError('bad-option', `looking for letter ${number}: not among the newest`, {
      remedy: `"synapse graph dead-letters list ${host.graphTrouble.folder}" has all of them.`,
    })
  }
  await host.graphTrouble.settled()
  const { info, frames } = await readLetterFrames(letter)
  const rows = frames.map(({ values }) => values)
  const channels = info.channels.map(({ label, unit }, c) => {
    const values = rows.map((row) => row[c]!).filter(Number.isFinite)
    return { label, unit, low: Math.min(...values), high: Math.max(...values) }
  })
  const notNumbers = rows.flat().filter((value) => !Number.isFinite(value)).length
  return { channels: channels.map(whole), notNumbers }
}

/** A channel without a single number has no range. */
function whole<C extends { readonly low: number; readonly high: number }>(channel: C): C {
  return Number.isFinite(channel.low) ? channel : { ...channel, low: 0, high: 0 }
}
