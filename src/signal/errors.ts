/**
 * The one table of failed operations. A message is a gerund that names the thing ("opening
 * /dev/ttyUSB0: permission denied"); the remedy says what to do. A fault in the data is never an
 * error: it is a `Gap` or a quality flag in the stream.
 */

/** code → what to do, unless the thrower knows better. */
export const errorTable = {
  'bad-option': 'Give a value in the allowed range.',
  'unknown-command': 'Run "synapse --help" for the list of commands.',
  'unknown-device': 'Run "synapse devices" for the devices that can be opened.',
  'port-missing': 'Check the cable, then run "synapse devices" for the ports that exist.',
  'port-busy': 'Close the other program that uses this port, then try again.',
  'port-denied':
    'Add yourself to the group that owns the port (Debian: sudo usermod -aG dialout $USER), then log in again.',
  'port-failed': 'Unplug the device, plug it in again, then try again.',
  'bluetooth-missing': 'Plug in a Bluetooth adapter, then try again.',
  'bluetooth-off': 'Switch Bluetooth on, then try again.',
  'bluetooth-denied': 'Allow this program to use Bluetooth in the settings of the system.',
  'bluetooth-failed': 'Switch the device off and on, bring it nearer, then try again.',
  'device-missing':
    'Switch the device on, bring it near, end its connection to a phone or another computer, then try again.',
  'wrong-device': 'Choose the device you meant; "synapse devices" lists them.',
  'silent-device': 'Switch the device on, check its battery and its radio channel, then try again.',
  'lsl-missing':
    'Install liblsl for this system and set LIBLSL to the path of the library, then try again.',
  'lsl-failed':
    'Start the program that sends the stream again; let both programs through the firewall.',
  'link-lost': 'Plug the device in again; the session resumes by itself.',
  'file-missing': 'Check the path.',
  'file-denied': 'Choose a folder that you may write to.',
  'file-exists': 'Choose another name; a recording is never overwritten.',
  'file-unreadable': 'Choose a recording in a format that "synapse info" knows.',
  'file-damaged': 'Run "synapse info" to see what can still be read.',
  'disk-full': 'Make room on the disk; what was written before is safe.',
  'io-failed': 'Check that the disk is still attached and healthy.',
  'graph-invalid': 'Correct the graph at the place named.',
  'node-failed': 'The graph is restarted; the recording goes on.',
  'graph-late':
    'Close other programs, or give the graph less to do; the recording loses nothing by it.',
  'pool-full': 'Wait until one has ended, or allow more at a time.',
  'model-missing': 'Put the model and its card into the models folder.',
  'model-invalid': 'Check the model card against the model.',
  'address-in-use': 'Choose another port with --port.',
  'worker-died': 'The worker is restarted; if this repeats, report it with the message above.',
  'bad-message': 'Reload the page; if this repeats, report it with the message above.',
  'not-ready': 'Wait until the previous step has finished.',
  'settings-fixed':
    'Stop the recording first: with this setting the device gives another stream, and is opened anew.',
  'stream-missing': 'Connect what is missing, or record without it.',
  cancelled: 'Start it again when it suits; nothing half-made was left behind.',
  'setup-needed': 'Run the command named, then try again.',
  internal: 'This is a defect of the program; report it with the message above.',
} as const

export type ErrorCode = keyof typeof errorTable

/** What crosses thread and process boundaries in place of the error itself. */
export interface ErrorNote {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
}

export class SynapseError extends Error {
  override readonly name = 'SynapseError'
  readonly code: ErrorCode
  readonly remedy: string

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; remedy?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy ?? errorTable[code]
  }

  /** One line for a terminal or a notice. */
  get line(): string {
    return `${this.message} [${this.code}]. ${this.remedy}`
  }

  get note(): ErrorNote {
    return { code: this.code, message: this.message, remedy: this.remedy }
  }
}

/** The error itself where it already has a code, otherwise wrapped as a defect of ours. */
export function asSynapseError(cause: unknown, doing: string): SynapseError {
  if (cause instanceof SynapseError) return cause
  return new SynapseError('internal', `${doing}: ${reasonOf(cause)}`, { cause })
}

export function errorFromNote(note: ErrorNote): SynapseError {
  return new SynapseError(note.code, note.message, { remedy: note.remedy })
}

export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** A bug, not a failed operation: the worker that runs into it dies and is restarted. */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${invariant}`)
}
