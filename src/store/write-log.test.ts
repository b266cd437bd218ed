/** What the log in front of LMDB promises: a write that has returned is there, whatever ends. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { LmdbTable, newStrongClient } from './index.ts'
import { WriteLog } from './write-log.ts'

const open: LmdbTable[] = []
/** Some forty records: the log begins anew again and again. */
const logBytes = 2048

function opened(folder: string): LmdbTable {
  const table = new LmdbTable(folder, { logBytes })
  open.push(table)
  return table
}

afterAll(async () => {
  for (const table of open) await table.close()
})

const writing = `
  import { writeSync } from 'node:fs'
  const [door, folder, logBytes] = process.argv.slice(-3)
  const { LmdbTable, newStrongClient } = await import(door)
  const client = newStrongClient(new LmdbTable(folder, { logBytes: Number(logBytes) }))
  let n = client.get('n', 0) ?? 0
  for (;;) {
    n++
    client.put('k' + (n % 50), n, 0)
    if (n % 7 === 0) client.delete('k' + (n % 49), 0)
    client.put('n', n, 0)
    writeSync(1, n + '\\n')
  }
`

/** What the process has said it has written, before it was killed. */
async function writtenUntilKilled(folder: string, afterLines: number): Promise<number> {
  const door = new URL('./index.ts', import.meta.url).href
  const argv = ['--input-type=module', '-e', writing, door, folder, String(logBytes)]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (data) => {
    said += data
    if (said.split('\n').length > afterLines) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1))
}

test('strong: every put that has returned is there after its process was killed, again and again', async () => {
  const folder = scratchFolder().path('state')
  for (const lines of [1, 30, 77]) {
    const told = await writtenUntilKilled(folder, lines)
    const table = new LmdbTable(folder, { logBytes })
    const client = newStrongClient(table)
    const n = Number(client.get('n', 0))
    // One more round may have been done and not told.
    expect(n - told).toBeOneOf([0, 1])
    const kept = new Map<string, number>()
    for (let i = 1; i <= n; i++) {
      kept.set(`k${i % 50}`, i)
      if (i % 7 === 0) kept.delete(`k${i % 49}`)
    }
    for (const [key, value] of kept) {
      // The keys of the round that it was in.
      if (key !== `k${(n + 1) % 50}` && key !== `k${(n + 1) % 49}`)
        expect(client.get(key, 0)).toBe(value)
    }
    await table.close()
  }
})

test('power is lost while LMDB is older than the log: what was written is applied again, once', () => {
  const folder = scratchFolder().path('state')
  const script = `
    const [door, folder] = process.argv.slice(-2)
    const { LmdbTable, newStrongClient } = await import(door)
    const { copyFileSync } = await import('node:fs')
    const table = new LmdbTable(folder)
    const client = newStrongClient(table)
    client.put('a', 1, 0)
    await table.close()
    copyFileSync(folder + '/data.mdb', folder + '/old')
    const again = newStrongClient(new LmdbTable(folder))
    for (let i = 0; i < 5; i++) again.update('a', 0, (n) => n + 1)
    again.put('b', 2, 0)
    process.kill(process.pid, 'SIGKILL')
  `
  const door = new URL('./index.ts', import.meta.url).href
  spawnSync(process.execPath, ['--input-type=module', '-e', script, door, folder])
  copyFileSync(join(folder, 'old'), join(folder, 'data.mdb'))
  const table = opened(folder)
  const client = newStrongClient(table)
  expect([client.get('a', 0), client.get('b', 0), table.sequence]).toEqual([6, 2, 7])
})

test('any torn end of the log is left out, and everything before it is there', () => {
  const { path } = scratchFolder()
  const file = path('log')
  const records = [1, 2, 3].map((n) => Buffer.alloc(20 * n, n))
  const log = new WriteLog(file, logBytes)
  for (const record of records) log.append(record)
  log.close()
  const whole = readFileSync(file)
  const lastAt = 16 + 8 + 24 + 8 + 40
  fc.assert(
    fc.property(fc.nat(67), fc.nat(255), (at, byte) => {
      const torn = Buffer.from(whole)
      torn[lastAt + at] = byte
      // As after a loss of power: the last record was not told of.
      torn.writeUInt32LE(lastAt, 8)
      torn.writeUInt32LE(crc32(torn.subarray(0, 12)), 12)
      writeFileSync(file, torn)
      const again = new WriteLog(file)
      const read = again.read(() => {}, true)
      const isWhole = torn[lastAt + at] === whole[lastAt + at]
      expect(read).toEqual(isWhole ? records : records.slice(0, 2))
      // What comes next takes its place.
      again.append(Buffer.from('next'))
      again.rewind()
      expect(
        again
          .read(() => {}, true)
          .at(-1)
          ?.toString(),
      ).toBe('next')
      again.close()
    }),
    { numRuns: 100 },
  )
})

test('damage to what was told of is refused, and told', () => {
  const folder = scratchFolder().path('state')
  const table = opened(folder)
  newStrongClient(table).put('a', 1, 0)
  const file = openSync(join(folder, 'log'), 'r+')
  writeSync(file, Buffer.from([255]), 0, 1, 26)
  expect(() => new LmdbTable(folder)).toThrow(expect.objectContaining({ code: 'io-failed' }))
  writeSync(file, Buffer.from([255]), 0, 1, 2)
  expect(() => new LmdbTable(folder)).toThrow(/log: its beginning is damaged/)
})

test('a log that begins anew has nothing of before, also for one that reads it meanwhile', () => {
  const { path } = scratchFolder()
  const [log, reader] = [new WriteLog(path('log'), logBytes), new WriteLog(path('log'))]
  let begun = 0
  const read = () => reader.read(() => begun++).map(String)
  expect(read()).toEqual([])
  log.append(Buffer.from('one'))
  log.append(Buffer.from('two'))
  expect([read(), begun]).toEqual([['one', 'two'], 1])
  log.beginAnew()
  log.append(Buffer.from('three'))
  expect([read(), begun]).toEqual([['three'], 2])
  expect(read()).toEqual([])
})

test('two tables over one folder see the same, whoever writes and whenever the log is emptied', () => {
  const folder = scratchFolder().path('state')
  const tables = [opened(folder), opened(folder)] as const
  const clients = tables.map((table) => newStrongClient(table))
  const commands = fc.array(
    fc.record({ by: fc.nat(1), key: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.nat(9) }),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(commands, (list) => {
      for (const { by, key, value } of list) {
        const since = tables[by]!.sequence
        if (value === 0) clients[by]!.delete(key, 0)
        else clients[by]!.put(key, value, 0)
        expect(clients[1 - by]!.get(key, 0)).toBe(value || undefined)
        const rows = clients.map((client) => {
          const found: unknown[] = []
          client.scan('', 0, (...row) => found.push(row))
          return found
        })
        expect(rows[0]).toEqual(rows[1])
        expect(tables[0].sequence).toBe(tables[1].sequence)
        const changed = tables.map((table) => {
          const writes: unknown[] = []
          table.changes(since, ({ key }) => writes.push(key))
          return writes
        })
        expect(changed[0]).toEqual(changed[1])
      }
    }),
    { numRuns: 20 },
  )
})
