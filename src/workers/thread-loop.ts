/** What all threads here have in common: orders taken in, a bell waited for, a pulse shown. */
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { Bell } from '../ring/index.ts'
import { assert } from '../signal/index.ts'
import type { ThreadData } from './messages.ts'

/** The longest a thread sleeps: it shows its pulse that often. */
const longestWaitMs = 200

export function parent(): MessagePort {
  assert(parentPort, 'a thread entry runs in a thread')
  return parentPort
}

/**
 * Turns for ever: takes in the orders, does one round of work, and sleeps when there was none.
 * The thread's event loop does not run meanwhile; nothing here needs it.
 * @param round returns whether it found anything to do
 * @param takeOrder returns true when the thread is to end
 */
export function turn<Order>(
  data: ThreadData,
  takeOrder: (order: Order) => void,
  round: () => boolean,
): never {
  const port = parent()
  const bell = new Bell(data.bell)
  const pulse = new Int32Array(data.pulse)
  for (;;) {
    const heard = bell.heard()
    takeOrders(port, takeOrder)
    Atomics.add(pulse, 0, 1)
    if (!round()) bell.wait(heard, longestWaitMs)
  }
}

/** As `turn`, for a round that has to wait for a promise. */
export async function turnAsync<Order>(
  data: ThreadData,
  takeOrder: (order: Order) => void | Promise<void>,
  round: () => Promise<boolean>,
  waitMs = longestWaitMs,
): Promise<never> {
  const port = parent()
  const bell = new Bell(data.bell)
  const pulse = new Int32Array(data.pulse)
  for (;;) {
    const heard = bell.heard()
    for (let order = next<Order>(port); order; order = next<Order>(port)) await takeOrder(order)
    Atomics.add(pulse, 0, 1)
    if (!(await round())) bell.wait(heard, waitMs)
  }
}

function takeOrders<Order>(port: MessagePort, takeOrder: (order: Order) => void): void {
  for (let order = next<Order>(port); order; order = next<Order>(port)) takeOrder(order)
}

function next<Order>(port: MessagePort): Order | undefined {
  return receiveMessageOnPort(port)?.message as Order | undefined
}
