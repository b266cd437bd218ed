/**
 * The state thread: writes what nodes of live graphs keep by key, for all threads of them. What has
 * come while it wrote is written together, and forced to the disk once.
 */
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { asSynapseError } from '../signal/index.ts'
import { applyBatch, type Batch, LmdbTable } from '../store/index.ts'
import type { StateData } from './messages.ts'
import { HeardLine } from './state-line.ts'
import type { StateMessage, StateOrder, StateReport } from './state-messages.ts'
import { parent, turnByEvents } from './thread-loop.ts'

const data = workerData as StateData
const pulseMs = 500
const lines: HeardLine[] = []
let table: LmdbTable | null = null

interface Waiting {
  readonly line: HeardLine
  readonly message: StateMessage
}

function report(message: StateReport): void {
  parent().postMessage(message)
}

function listen(line: HeardLine): void {
  lines.push(line)
  line.channel.onmessage = ({ data: message }) => {
    write([{ line, message: message as StateMessage }, ...waiting()])
  }
  line.hears()
}

/** What else has come by now, on any line. */
function waiting(): Waiting[] {
  const all: Waiting[] = []
  for (const line of lines) {
    for (let next = take(line); next; next = take(line)) all.push({ line, message: next })
  }
  return all
}

function take({ channel }: HeardLine): StateMessage | undefined {
  // The types know of ports alone.
  const port = channel as unknown as MessagePort
  return receiveMessageOnPort(port)?.message as StateMessage | undefined
}

function write(all: readonly Waiting[]): void {
  const batches = all.flatMap(({ message: { batch } }) => batch ?? [])
  const areAll = tryTo(batches)
  for (const { line, message } of all) {
    // One that cannot be written costs the others nothing.
    line.done(message, areAll || message.batch === null || tryTo([message.batch], true))
  }
}

function tryTo(batches: readonly Batch[], isLast = false): boolean {
  try {
    table ??= new LmdbTable(data.folder)
    const opened = table
    if (batches.length > 0) {
      opened.exclusive(() => {
        for (const batch of batches) applyBatch(opened, batch)
      })
    }
    return true
  } catch (error) {
    const { note } = asSynapseError(error, 'keeping the state of nodes')
    if (isLast) report({ kind: 'failed', note })
    return false
  }
}

turnByEvents<StateOrder>(
  data,
  ({ line }) => listen(new HeardLine(line)),
  () => {},
  async () => {
    write(waiting())
    for (const { channel } of lines) channel.close()
    await table?.close()
  },
  pulseMs,
)
