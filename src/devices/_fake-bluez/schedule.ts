/** What an emulated board does regularly, in order of time. */

interface Task {
  readonly periodSeconds: number
  readonly make: () => void
  done: number
}

export class Schedule {
  readonly #tasks: Task[] = []

  /** @param make is called at the end of each period */
  add(periodSeconds: number, make: () => void): void {
    this.#tasks.push({ periodSeconds, make, done: 0 })
  }

  /** Time begins anew. */
  restart(): void {
    for (const task of this.#tasks) task.done = 0
  }

  run(untilSeconds: number): void {
    for (;;) {
      let next: Task | undefined
      let earliest = untilSeconds
      for (const task of this.#tasks) {
        const due = (task.done + 1) * task.periodSeconds
        if (due > earliest) continue
        earliest = due
        next = task
      }
      if (!next) return
      next.done++
      next.make()
    }
  }
}
