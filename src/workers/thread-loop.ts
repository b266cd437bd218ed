/** What all threads here have in common: orders taken in, a bell waited for, a pulse shown. */
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { Bell } from '../ring/index.ts'
import { assert } from '../signal/index.ts'
import { endOrder, type ThreadData } from './messages.ts'

/** The longest a thread sleeps: it shows its pulse that often. */
const longestWaitMs = 200

export function parent(): MessagePort {
  assert(parentPort, 'a thread entry runs in a thread')
  return parentPort
}

/** The orders of one thread, in the order in which they were sent. */
class Inbox<Order> {
  /** The order to end has come. */
  ended = false
  readonly #port = parent()
  readonly #sent: Int32Array
  #taken = 0

  constructor(sent: SharedArrayBuffer) {
    this.#sent = new Int32Array(sent)
  }

  next(): Order | undefined {
    if (this.ended || Atomics.load(this.#sent, 0) === this.#taken) return undefined
    this.#taken++
    const order = receiveMessageOnPort(this.#port)?.message as Order | typeof endOrder | undefined
    this.ended = order === endOrder
    return order === endOrder ? undefined : order
  }
}

/**
 * Turns until it is told to end: takes in the orders, does one round of work, and sleeps when there
 * was none. The thread's event loop does not run meanwhile; nothing here needs it.
 * @param round returns whether it found anything to do
 * @param dueInMs how long it may sleep, if nobody rings
 */
export function turn<Order>(
  data: ThreadData,
  takeOrder: (order: Order) => void,
  round: () => boolean,
  dueInMs: () => number = () => longestWaitMs,
): void {
  const inbox = new Inbox<Order>(data.orders)
  const bell = new Bell(data.bell)
  const pulse = new Int32Array(data.pulse)
  while (!inbox.ended) {
    const heard = bell.heard()
    for (let order = inbox.next(); order; order = inbox.next()) takeOrder(order)
    Atomics.add(pulse, 0, 1)
    if (!inbox.ended && !round()) bell.wait(heard, Math.min(longestWaitMs, dueInMs()))
  }
}

/** As `turn`, for a round that has to wait for a promise. */
export async function turnAsync<Order>(
  data: ThreadData,
  takeOrder: (order: Order) => void | Promise<void>,
  round: () => Promise<boolean>,
  waitMs = longestWaitMs,
): Promise<void> {
  const inbox = new Inbox<Order>(data.orders)
  const bell = new Bell(data.bell)
  const pulse = new Int32Array(data.pulse)
  while (!inbox.ended) {
    const heard = bell.heard()
    for (let order = inbox.next(); order; order = inbox.next()) await takeOrder(order)
    Atomics.add(pulse, 0, 1)
    if (!inbox.ended && !(await round())) bell.wait(heard, waitMs)
  }
}

/**
 * For a thread with sockets: its event loop runs, orders come as messages, and a timer makes the
 * rounds instead of the bell.
 */
export function turnByEvents<Order>(
  data: ThreadData,
  takeOrder: (order: Order) => void,
  round: () => void,
  end: () => Promise<void>,
  everyMs: number,
): void {
  const pulse = new Int32Array(data.pulse)
  const timer = setInterval(() => {
    Atomics.add(pulse, 0, 1)
    round()
  }, everyMs)
  const port = parent()
  port.on('message', (order: Order | typeof endOrder) => {
    if (order !== endOrder) takeOrder(order)
    else {
      clearInterval(timer)
      void end().finally(() => port.close())
    }
  })
}
