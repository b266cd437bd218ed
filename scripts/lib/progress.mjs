// Progress of the project's own scripts: one line a step, and a failed step says what to do.

const quiet = () => process.env.SYNAPSE_QUIET === '1'

/** A failed step: what failed, and what the reader should do about it. */
export class StepFailed extends Error {
  constructor(message, remedy, details = '') {
    super(message)
    this.remedy = remedy
    this.details = details
  }
}

/** A command line that cannot be understood: one line, and exit code 2. */
export class UsageError extends Error {}

/** Runs one step and prints its title and how long it took. */
export async function step(title, work) {
  const began = Date.now()
  if (!quiet()) process.stderr.write(`▸ ${title} …\n`)
  const result = await work()
  if (!quiet()) process.stderr.write(`✓ ${title} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`)
  return result
}

/** Runs a script's main function; a failed step ends it with one clear line. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`✗ ${error.message}\n`)
      process.exitCode = 2
      return
    }
    if (!(error instanceof StepFailed)) throw error
    if (error.details) process.stderr.write(`${error.details.trimEnd()}\n`)
    process.stderr.write(`✗ ${error.message}\n  ${error.remedy}\n`)
    process.exitCode = 1
  }
}
