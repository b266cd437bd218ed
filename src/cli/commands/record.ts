/** `synapse record`: devices into a file, without a window. */
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import {
  type AcquisitionHost,
  type Judged,
  missingError,
  missingStreams,
  openHost,
  type RecordingOptions,
  type RecordingResult,
  recordWithout,
  verifyRecorded,
} from '../../main/index.ts'
import { type Ledger, SynapseError, sleep } from '../../signal/index.ts'
import { badOption, type Command, numberOption, printJson, readArguments } from '../command.ts'
import { type DeviceChoice, readDevice } from '../device-address.ts'
import { endRequested } from '../ending.ts'
import { networkArguments, networkLines, openNetwork } from '../network-options.ts'
import { splitRule } from '../split-rule.ts'

const longestSeconds = 30 * 24 * 3600
const watchSeconds = 0.02
const progressSeconds = 1
/** Whoever has ended the recording waits for its verdict; a second Ctrl-C ends the program. */
const never = new Promise<void>(() => {})

export const record: Command = {
  name: 'record',
  usage:
    '--device DEVICE [--device DEVICE2] [--seconds N] [--lsl-out] [--udp-markers PORT]\n' +
    '       [--expect STREAM] [--split RULE] [--mirror FOLDER] --out FILE.xdf',
  help:
    'Records every stream of the devices into one XDF file, until the time is over, the sources\n' +
    'have ended, or Ctrl-C. Each line on its input becomes a marker. Afterwards the file is read to\n' +
    'its last sample and held against its checksums. Exit code 0: sound; 3: damaged, or trouble.',
  options: [
    ['--device DEVICE', 'synthetic?channels=64&rateHz=1000, openbci-cyton:/dev/ttyUSB0, a file …'],
    ['--port PATH', 'the serial port, where the device does not name it'],
    ['--seconds N', 'how long; without it, until interrupted'],
    ['--out FILE', 'the file, which must not exist; its folder must'],
    ['--expect STREAM', 'by name, type or id; refuses to record without it; may be repeated'],
    ['--anyway', 'records without what is expected, with a fault and a marker that say so'],
    ['--split RULE', 'begins another file after 500MB, 2GB, 30min, 1h …; each opens alone'],
    ['--mirror FOLDER', 'writes a copy there, too; one that fails never harms the recording'],
    ['--no-verify', 'does not read the file again at the end'],
    ['--lsl-out', 'send the streams and markers by LSL meanwhile, too'],
    ...networkLines,
    ['--trace FILE', 'which node and thread ran when at the end, for ui.perfetto.dev'],
    ['--quiet', 'no progress on stderr'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('record', args, {
      json: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      device: { type: 'string', multiple: true, default: [] },
      'lsl-out': { type: 'boolean', default: false },
      port: { type: 'string' },
      seconds: { type: 'string' },
      out: { type: 'string' },
      expect: { type: 'string', multiple: true, default: [] },
      anyway: { type: 'boolean', default: false },
      split: { type: 'string' },
      mirror: { type: 'string' },
      'no-verify': { type: 'boolean', default: false },
      trace: { type: 'string' },
      ...networkArguments,
    })
    if (positionals[0]) throw badOption('record', `"${positionals[0]}" is not understood`)
    if (!values.out) throw badOption('record', '--out FILE is missing')
    if (values.device.length === 0 && !values.port) throw badOption('record', '--device is missing')
    const seconds = numberOption('record', 'seconds', values.seconds, [0, longestSeconds])
    const named = values.device.length ? values.device : [values.port!]
    const choices = named.map((text) => readDevice(text, values.port))
    const files: Job = {
      path: resolve(values.out),
      expected: values.expect,
      isAnyway: values.anyway,
      split: splitRule('record', values.split),
      mirrorFolder: values.mirror === undefined ? null : resolve(values.mirror),
    }
    let isOver = false
    const ended = endRequested().then(() => {
      isOver = true
    })
    const host = openHost()
    if (values['lsl-out']) host.lslOutput.set('devices')
    try {
      await openNetwork(host, values)
      if (values.trace) host.tracing.begin()
      const result = await recordAll(host, files, choices, seconds, ended, !values.quiet)
      if (values.trace) host.tracing.save(values.trace)
      const verified = values['no-verify']
        ? null
        : await verifyRecorded(host.sessions, result.path, isOver ? never : ended)
      print(host, result, verified, values.json)
      return result.problems.length > 0 || verified?.verdict === 'damaged' ? 3 : 0
    } finally {
      await host.end()
    }
  },
}

interface Outcome extends RecordingResult {
  readonly streams: readonly {
    readonly id: string
    readonly name: string
    readonly ledger: Ledger
  }[]
  readonly problems: readonly { readonly code: string; readonly message: string }[]
}

interface Job extends RecordingOptions {
  readonly path: string
  readonly expected: readonly string[]
  /** Record although something expected is missing. */
  readonly isAnyway: boolean
}

async function recordAll(
  host: AcquisitionHost,
  { path, expected, isAnyway, ...options }: Job,
  choices: readonly DeviceChoice[],
  seconds: number | undefined,
  ended: Promise<void>,
  showsProgress: boolean,
): Promise<Outcome> {
  host.checkRecordingPath(path)
  const ids: string[] = []
  for (const { driver, address, options } of choices) {
    ids.push(await host.prepare(driver, address, options))
  }
  const missing = missingStreams(host, expected)
  if (missing.length > 0 && !isAnyway) {
    const { message } = missingError(path, missing)
    const remedy = 'Connect what is missing, or record without it by --anyway.'
    throw new SynapseError('stream-missing', message, { remedy })
  }
  // The file stands before the first sample flows, so the first sample is in it.
  await host.startRecording(path, options)
  recordWithout(host, path, missing, 'cli')
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => line.trim() && host.addMarker(line.trim(), 'cli'))
  for (const id of ids) await host.start(id)
  await untilOver(host, seconds, ended, showsProgress)
  lines.close()
  for (const id of ids) await host.stop(id)
  const streams = host.ledgers()
  const result = await host.stopRecording()
  const problems = host.notices.list
    .filter(({ level }) => level === 'fault')
    .map(({ note }) => ({ code: note.code, message: note.message }))
  return { ...result, streams, problems }
}

/** Until the time is over, every source has ended, or the user wants no more. */
async function untilOver(
  host: AcquisitionHost,
  seconds = Number.POSITIVE_INFINITY,
  ended: Promise<void>,
  showsProgress: boolean,
): Promise<void> {
  let interrupted = false
  void ended.then(() => {
    interrupted = true
  })
  const end = host.clock.now() + seconds
  let shownAt = host.clock.now()
  let told = 0
  const over = () =>
    interrupted || host.clock.now() >= end || host.links.every(({ state }) => state === 'ended')
  while (!over()) {
    await sleep(host.clock, watchSeconds)
    for (const { number, note } of host.notices.list.filter((notice) => notice.number > told)) {
      process.stderr.write(`synapse: ${note.message} [${note.code}]. ${note.remedy}\n`)
      told = number
    }
    if (showsProgress && host.clock.now() - shownAt >= progressSeconds) {
      shownAt = host.clock.now()
      if (process.stderr.isTTY) process.stderr.write(`\r${progress(host)}\u001b[K`)
    }
  }
  if (showsProgress && process.stderr.isTTY) process.stderr.write('\n')
}

function progress(host: AcquisitionHost): string {
  const { expected, received, lost } = host.recording.current?.status.ledger ?? {}
  const elapsed = host.recording.elapsedSeconds.toFixed(0)
  return `● ${elapsed} s  ${expected ?? 0} expected = ${received ?? 0} received + ${lost ?? 0} lost`
}

function print(
  host: AcquisitionHost,
  result: Outcome,
  verified: Judged | null,
  asJson: boolean,
): void {
  if (asJson) {
    const { verdict, sentence, problems } = verified ?? {}
    const verification = verified && { verdict, sentence, problems }
    printJson({ ...result, verification, devices: host.links.map((link) => link.entry()) })
    return
  }
  const { expected, received, lost } = result.ledger
  process.stdout.write(
    `${result.paths.join('\n')}\n${result.seconds.toFixed(1)} s, ${result.bytes} bytes, ` +
      `${expected} expected = ${received} received + ${lost} lost\n` +
      `${verified?.reason ?? 'Not verified.'}\n`,
  )
}
