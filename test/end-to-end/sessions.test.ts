/** The catalogue as a user meets it: recorded, killed, listed, told of, given out, erased. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ContractClient, type Setup, socketChannel } from '../../src/contract/index.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { startSynapseWith, synapseWith } from './synapse.ts'

const device = 'synthetic?channels=4'

test('from the recording to its erasure', async () => {
  const scratch = scratchFolder()
  const folder = scratch.path('r')
  const environment = { SYNAPSE_RECORDINGS: folder }
  const sessions = (...args: string[]) => synapseWith(environment, 'sessions', ...args)
  const listed = async (...args: string[]) => {
    const { recordings } = JSON.parse((await sessions(...args, '--json')).stdout)
    return recordings as { path: string; state: string; ledger: { received: number } | null }[]
  }
  expect(await listed('list')).toEqual([])
  const name = (run: number) => `${folder}/sub-07_ses-01_task-rest_run-0${run}.xdf`
  const record = ['record', '--device', device, '--quiet', '--out']
  const first = await synapseWith(environment, ...record, name(1), '--seconds', '1', '--json')
  expect(first.stderr).toBe('')
  const { ledger } = JSON.parse(first.stdout)
  const killed = startSynapseWith(environment, ...record, name(2))
  while ((await listed('list')).length < 2) expect(killed.child.exitCode).toBeNull()
  killed.child.kill('SIGKILL')
  await killed.finished

  const table = (await sessions('list')).stdout
  expect(table).toMatch(/run-01\.xdf {2}(complete|gaps)\n/)
  expect(table).toMatch(/run-02\.xdf {2}never closed, not verified\n/)

  // The next program that starts tells of it.
  const served = startSynapseWith(environment, 'serve', '--port', '0')
  const url = (await served.line((line) => line.includes('http'))).match(/http:[^ ]+/)![0]
  const setup = await setupWith(url, ({ notices }) => notices.length > 0)
  expect(setup.notices[0]!.note.message).toMatch(/run-02\.xdf was never closed/)
  served.child.kill('SIGINT')
  await served.finished

  const before = await listed('search', 'rest', '07')
  expect(before.map(({ state }) => state)).toEqual(['closed', 'interrupted'])
  expect(before[0]!.ledger).toEqual(ledger)
  for (const file of readdirSync(folder)) {
    if (file.startsWith('sessions.sqlite')) rmSync(`${folder}/${file}`)
  }
  expect((await sessions('rebuild', folder)).code).toBe(0)
  expect((await listed('list')).map(withoutNumber)).toEqual(before.map(withoutNumber))

  const out = scratch.path('out')
  expect((await sessions('export', '07', out)).code).toBe(0)
  expect(readdirSync(out)).toContain('sub-07_ses-01_task-rest_run-01.xdf')
  // Without a word of agreement nothing is erased.
  expect((await sessions('delete', '07')).code).toBe(1)
  expect(existsSync(name(1))).toBe(true)
  expect((await sessions('delete', '07', '--yes')).code).toBe(0)
  expect(readdirSync(folder).filter((file) => file.includes('sub-07'))).toEqual([])
  expect(await listed('list')).toEqual([])
})

function withoutNumber(recording: object) {
  return { ...recording, id: 0 }
}

function setupWith(url: string, fits: (setup: Setup) => boolean): Promise<Setup> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}contract`)
    const client = new ContractClient(socketChannel(socket as never), {
      event: (name, data) => {
        if (name !== 'setup' || !fits(data as Setup)) return
        resolve(data as Setup)
        client.close()
      },
      frames: () => {},
      problem: reject,
      closed: () => {},
    })
  })
}
