/** What the user has to know, newest last, until it is dismissed; bounded. */
import type { Notice } from '../contract/index.ts'
import type { Clock, ErrorNote } from '../signal/index.ts'

const limit = 50

export class Notices {
  readonly #clock: Clock
  readonly #changed: () => void
  #list: Notice[] = []
  #next = 1

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock
    this.#changed = changed
  }

  get list(): Notice[] {
    return this.#list
  }

  /** The same trouble again takes the place of the old notice. */
  add(about: string, level: Notice['level'], note: ErrorNote | Notice['note']): void {
    const others = this.#list.filter(
      (each) => each.about !== about || each.note.message !== note.message,
    )
    const notice = { number: this.#next++, level, time: this.#clock.now(), about, note }
    this.#list = [...others, notice].slice(-limit)
    this.#changed()
  }

  dismiss(number: number): void {
    this.#list = this.#list.filter((notice) => notice.number !== number)
    this.#changed()
  }
}
