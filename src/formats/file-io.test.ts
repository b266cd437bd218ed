import { spawnSync } from 'node:child_process'
import * as nodeFs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { createFileSink, openBlockingSource, openFileSource, type SinkFs } from './file-io.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: as told, write`), { code })
}

/** The real file system, with one call replaced. */
const fsWith = (changes: Partial<SinkFs>): SinkFs => ({ ...nodeFs, ...changes })

describe('openFileSource', () => {
  it.skipIf(process.platform === 'win32')('refuses a pipe instead of waiting for it', async () => {
    const path = scratchFolder().path('pipe.xdf')
    spawnSync('mkfifo', [path])
    await expect(openFileSource(path)).rejects.toMatchObject({ code: 'file-unreadable' })
  })

  it.each(['none.xdf', `${'long'.repeat(100)}.xdf`])('%s: no such file', async (name) => {
    const path = scratchFolder().path(name)
    await expect(openFileSource(path)).rejects.toMatchObject({ code: 'file-missing' })
  })
})

describe('createFileSink', () => {
  it('never overwrites a file', async () => {
    const folder = scratchFolder()
    const path = folder.write('taken.xdf', bytes('precious'))
    expect(() => createFileSink(path)).toThrow(expect.objectContaining({ code: 'file-exists' }))
    expect(nodeFs.readFileSync(path, 'utf8')).toBe('precious')
  })

  it('names the folder that is missing', () => {
    const path = scratchFolder().path('no/such/folder.xdf')
    expect(() => createFileSink(path)).toThrow(
      expect.objectContaining({
        code: 'file-missing',
        message: `creating ${path}: no such file or directory`,
      }),
    )
  })

  it.each([
    ['EACCES', 'file-denied'],
    ['EROFS', 'file-denied'],
    ['ENOSPC', 'disk-full'],
    ['EMFILE', 'io-failed'],
  ])('%s while creating is %s', (code, expected) => {
    const openSync = () => {
      throw failure(code)
    }
    expect(() => createFileSink('x', fsWith({ openSync }))).toThrow(
      expect.objectContaining({ code: expected }),
    )
  })

  it('writes all of the bytes however few the system takes at once', async () => {
    const path = scratchFolder().path('short.xdf')
    const writeSync = ((fd: number, data: Uint8Array, from: number, _: number, at: number) =>
      nodeFs.writeSync(fd, data, from, 1, at)) as SinkFs['writeSync']
    const sink = createFileSink(path, fsWith({ writeSync }))
    sink.write(bytes('one by one, '))
    sink.write(bytes('all of them'))
    await sink.close()
    expect(nodeFs.readFileSync(path, 'utf8')).toBe('one by one, all of them')
  })

  it('goes on after an interrupted call', async () => {
    const path = scratchFolder().path('interrupted.xdf')
    let calls = 0
    const writeSync = ((...call: Parameters<typeof nodeFs.writeSync>) => {
      calls += 1
      if (calls % 2 === 1) throw failure('EINTR')
      return nodeFs.writeSync(...call)
    }) as SinkFs['writeSync']
    const sink = createFileSink(path, fsWith({ writeSync }))
    sink.write(bytes('again'))
    await sink.close()
    expect(nodeFs.readFileSync(path, 'utf8')).toBe('again')
  })

  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EIO', 'io-failed'],
  ])(
    'after %s in the middle of a write, the same bytes land at the same place',
    async (code, expected) => {
      const path = scratchFolder().path('full.xdf')
      let room = 9
      const writeSync = ((
        fd: number,
        data: Uint8Array,
        from: number,
        count: number,
        at: number,
      ) => {
        if (room === 0) throw failure(code)
        const taken = Math.min(room, count)
        room -= taken
        return nodeFs.writeSync(fd, data, from, taken, at)
      }) as SinkFs['writeSync']
      const sink = createFileSink(path, fsWith({ writeSync }))
      sink.write(bytes('head '))
      expect(() => sink.write(bytes('and the rest'))).toThrow(
        expect.objectContaining({ code: expected }),
      )
      expect(nodeFs.readFileSync(path, 'utf8')).toBe('head and ')
      room = 100
      sink.write(bytes('and the rest'))
      await sink.close()
      expect(nodeFs.readFileSync(path, 'utf8')).toBe('head and the rest')
    },
  )

  it('a disk that takes nothing without an error is an error', () => {
    const writeSync = (() => 0) as SinkFs['writeSync']
    const sink = createFileSink(scratchFolder().path('zero.xdf'), fsWith({ writeSync }))
    expect(() => sink.write(bytes('x'))).toThrow(expect.objectContaining({ code: 'io-failed' }))
  })

  it('a failed fsync is never reported as success afterwards', () => {
    let fails = false
    const fsyncSync = (fd: number) => {
      if (fails) throw failure('EIO')
      nodeFs.fsyncSync(fd)
    }
    const sink = createFileSink(scratchFolder().path('sync.xdf'), fsWith({ fsyncSync }))
    sink.sync()
    fails = true
    expect(() => sink.sync()).toThrow(expect.objectContaining({ code: 'io-failed' }))
    fails = false
    expect(() => sink.sync()).toThrow(expect.objectContaining({ code: 'io-failed' }))
  })
})

describe('openFileSource', () => {
  it('reads any range, and fewer bytes only at the end', async () => {
    const path = scratchFolder().write('ten.bin', bytes('0123456789'))
    const source = await openFileSource(path)
    expect(source.size).toBe(10)
    const text = async (offset: number, length: number, into?: Uint8Array) =>
      new TextDecoder().decode(await source.read(offset, length, into))
    expect(await text(3, 4)).toBe('3456')
    expect(await text(8, 4)).toBe('89')
    expect(await text(20, 4)).toBe('')
    expect(await text(2, 3, new Uint8Array(100))).toBe('234')
    await source.close()
  })

  it('names what is missing or no file', async () => {
    const folder = scratchFolder()
    await expect(openFileSource(folder.path('none'))).rejects.toMatchObject({
      code: 'file-missing',
    })
    await expect(openFileSource(folder.path('.'))).rejects.toMatchObject({
      code: 'file-unreadable',
    })
  })
})

describe('openBlockingSource', () => {
  it('reads at once, until others shall have their turn', async () => {
    const whole = new Uint8Array(8 << 20).map((_, i) => i % 253)
    const source = await openBlockingSource(scratchFolder().write('eight.bin', whole))
    const into = new Uint8Array(1 << 20)
    let offset = 0
    let turns = 0
    while (offset < whole.length) {
      let read = source.readNow!(offset, into.length, into)
      if (!read) {
        turns += 1
        read = await source.read(offset, into.length, into)
      }
      expect(Buffer.compare(read, whole.subarray(offset, offset + into.length))).toBe(0)
      offset += read.length
    }
    expect(turns).toBe(1)
    expect(source.readNow!(whole.length - 2, 10, into)!.length).toBe(2)
    await source.close()
  })

  it('names what went wrong', async () => {
    const folder = scratchFolder()
    await expect(openBlockingSource(folder.path('none'))).rejects.toMatchObject({
      code: 'file-missing',
    })
    const source = await openBlockingSource(folder.write('ten.bin', bytes('0123456789')))
    await source.close()
    expect(() => source.readNow!(0, 4, new Uint8Array(4))).toThrow(
      expect.objectContaining({ code: 'io-failed' }),
    )
  })
})
