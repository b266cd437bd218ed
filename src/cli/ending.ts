/** When a command that runs on is to end: by the user, or because its parent is gone. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Settles once the process is asked to end. A second request ends it at once. */
export function endRequested(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    for (const signal of signals) {
      process.on(signal, () => {
        if (asked) process.exit(130)
        asked = true
        resolve()
      })
    }
  })
}

/** A launcher that is killed cannot hand on the signal: its end of the channel tells of it. */
export function endWithParent(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}
