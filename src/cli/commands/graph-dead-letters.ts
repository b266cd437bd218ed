/** `synapse graph dead-letters`: what nodes refused, looked at and run through a mended graph. */
import { listLetters, openModels, readLetter, replayLetters } from '../../main/index.ts'
import { badOption, printJson } from '../command.ts'
import { parameterOptions, readGraphFile } from '../graph-file.ts'

export interface LetterOptions {
  readonly json: boolean
  readonly graph: string | undefined
  readonly out: string | undefined
  readonly set: readonly string[]
}

/**
 * @param args after `dead-letters`
 * @returns the exit code: 3 when something was refused again
 */
export async function deadLetters(
  args: readonly string[],
  options: LetterOptions,
): Promise<number> {
  const [action, path, ...more] = args
  if (action !== 'list' && action !== 'show' && action !== 'replay') {
    throw badOption('graph', `"${action ?? ''}" is none of list, show, replay`)
  }
  if (path === undefined) throw badOption('graph', 'the folder of the dead letters is missing')
  if (action === 'show') return show(path, more, options)
  if (more.length > 0) throw badOption('graph', `"${more[0]}" is one argument too many`)
  return action === 'list' ? list(path, options) : replay(path, options)
}

async function list(path: string, { json }: LetterOptions): Promise<number> {
  const answer = await listLetters(path)
  if (json) {
    printJson(answer)
    return 0
  }
  const lines = answer.letters.map((letter) => {
    const { number, lane, node, port, reason, firstSample, frames, message } = letter
    const last = firstSample + frames - 1
    const where = [lane, `${node}.${port}`].filter(Boolean).join(' ')
    return `  ${number}  ${where}  ${firstSample} to ${last}  ${reason}: ${message}`
  })
  const dropped = answer.dropped > 0 ? `, ${answer.dropped} dropped` : ''
  process.stdout.write([`${answer.letters.length} letters${dropped}`, ...lines, ''].join('\n'))
  return 0
}

async function show(
  path: string,
  [text, more]: readonly string[],
  { json }: LetterOptions,
): Promise<number> {
  if (text === undefined || !/^\d+$/.test(text)) {
    throw badOption('graph', 'the number of the letter is missing; "list" has it')
  }
  if (more !== undefined) throw badOption('graph', `"${more}" is one argument too many`)
  const letter = await readLetter(path, Number(text))
  if (json) {
    printJson(letter)
    return 0
  }
  const { entry, info, frames } = letter
  const channels = info.channels.map(({ label, unit }, c) => {
    const values = frames.map(({ values }) => values[c]!)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    return `  ${label}  ${low} to ${high} ${unit}`
  })
  const head = [
    `${entry.node}.${entry.port} of ${info.channels.length} channels at ${info.nominalRateHz} Hz`,
    `samples ${entry.firstSample} to ${entry.firstSample + entry.frames - 1}, from ${entry.time} s`,
    `${entry.reason}, ${entry.code}: ${entry.message}`,
  ]
  process.stdout.write([...head, ...channels, ''].join('\n'))
  return 0
}

async function replay(path: string, { json, graph, out, set }: LetterOptions): Promise<number> {
  if (graph === undefined) throw badOption('graph', '--graph GRAPH is missing')
  if (out === undefined) throw badOption('graph', '--out FOLDER is missing')
  const spec = readGraphFile(graph)
  const parameters = parameterOptions('graph', spec, set)
  const replayed = await replayLetters(path, spec, openModels(), out, parameters)
  if (json) printJson({ replayed })
  else {
    for (const { path: file, node, letters, refusedAgain, outputs, leftOut } of replayed) {
      const again = refusedAgain > 0 ? `, ${refusedAgain} refused again` : ''
      process.stdout.write(`${file}\n  ${letters} letters of ${node}${again}\n`)
      for (const { name, ledger } of outputs) {
        process.stdout.write(`  ${name}  ${ledger.received} samples\n`)
      }
      for (const name of leftOut) process.stdout.write(`  ${name}  needs more than ${node} gives\n`)
    }
    if (replayed.length === 0) process.stdout.write('0 letters\n')
  }
  return replayed.some(({ refusedAgain }) => refusedAgain > 0) ? 3 : 0
}
