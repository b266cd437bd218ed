/**
 * Several instances of graphs at once, as many as are admitted: the others wait for their turn, in
 * the order in which they came, and what would have to wait behind too many is refused.
 */
import { SynapseError } from '../signal/index.ts'

export interface PoolLimits {
  readonly mostRunning: number
  readonly mostWaiting: number
}

export class GraphPool {
  readonly #limits: PoolLimits
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limits: PoolLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * Runs an instance when it is its turn; one that fails makes room as one that ends does.
   * @param what the instance, for a refusal
   * @throws SynapseError pool-full, at once; and what the instance throws
   */
  async run<Result>(what: string, instance: () => Promise<Result>): Promise<Result> {
    await this.#admit(what)
    try {
      return await instance()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  #admit(what: string): Promise<void> | undefined {
    const { mostRunning, mostWaiting } = this.#limits
    if (this.#running < mostRunning) {
      this.#running++
      return undefined
    }
    if (this.#waiting.length >= mostWaiting) {
      throw new SynapseError(
        'pool-full',
        `starting ${what}: ${mostRunning} run and ${mostWaiting} wait already`,
      )
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
