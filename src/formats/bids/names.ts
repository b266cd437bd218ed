/** The names of files in a BIDS data set: `sub-01/ses-01/eeg/sub-01_ses-01_task-rest_run-01_eeg.bdf`. */
import { SynapseError } from '../../signal/index.ts'

export interface BidsEntities {
  readonly subject: string
  readonly session?: string
  readonly task: string
  readonly run?: string
}

const inOrder = [
  ['subject', 'sub'],
  ['session', 'ses'],
  ['task', 'task'],
  ['run', 'run'],
] as const

/** @throws SynapseError bad-option for what may not stand in a name */
export function checkEntities(entities: BidsEntities): void {
  for (const [name] of inOrder) {
    const value = entities[name]
    if (value === undefined) continue
    const fits = name === 'run' ? /^\d{1,9}$/ : /^[A-Za-z0-9]{1,60}$/
    if (fits.test(value)) continue
    throw new SynapseError('bad-option', `naming the recording: ${name} "${value.slice(0, 80)}"`, {
      remedy:
        name === 'run' ? 'A run is a whole number.' : 'BIDS allows letters and digits, no others.',
    })
  }
}

export class BidsNames {
  /** `sub-01/ses-01`, from the data set. */
  readonly folder: string
  readonly #stem: string
  readonly #top: string

  constructor(entities: BidsEntities) {
    const word = (name: keyof BidsEntities, key: string) =>
      entities[name] === undefined ? [] : [`${key}-${entities[name]}`]
    const top = [...word('subject', 'sub'), ...word('session', 'ses')]
    this.folder = top.join('/')
    this.#top = top.join('_')
    this.#stem = inOrder.flatMap(([name, key]) => word(name, key)).join('_')
  }

  /** @param what `eeg.bdf`, `events.tsv`, `space-CapTrak_electrodes.tsv` */
  file(what: string): string {
    return `${this.folder}/eeg/${this.#stem}_${what}`
  }

  /** For what all runs of a task share. */
  taskFile(what: string): string {
    return `${this.folder}/eeg/${this.#stem.replace(/_run-\d+$/, '')}_${what}`
  }

  get scans(): string {
    return `${this.folder}/${this.#top}_scans.tsv`
  }
}
