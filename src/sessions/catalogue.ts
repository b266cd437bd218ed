/**
 * The catalogue in SQLite, in the folder of the recordings. It belongs to nobody: several programs
 * may have it open, and it can be thrown away and made anew from the files.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { reasonOf, type SessionFields, SynapseError } from '../signal/index.ts'
import type { CataloguedRecording, Integrity, LedgerFigures } from './entry.ts'
import { migrate } from './migrations.ts'

export const catalogueName = 'sessions.sqlite'

/** A recording without the number that the catalogue gives it. */
export type NewRecording = Omit<CataloguedRecording, 'id'>

interface Row extends Omit<CataloguedRecording, 'ledger' | 'integrity'> {
  readonly expected: number | null
  readonly received: number | null
  readonly lost: number | null
  readonly verdict: Integrity['verdict'] | null
  readonly checkedAt: string | null
  readonly reason: string | null
}

const columns = [
  ...['path', 'subject', 'session', 'task', 'run', 'protocol', 'operator', 'notes', 'state'],
  ...['startedAt', 'endedAt', 'seconds', 'bytes', 'expected', 'received', 'lost', 'process'],
  ...['settingsVersion', 'montageVersion', 'devices', 'verdict', 'checkedAt', 'reason'],
]
const searched = ['path', 'subject', 'session', 'task', 'protocol', 'operator', 'notes', 'devices']
const waitMs = 5000
/** Behind the name of one that could not be read. */
const aside = '.damaged'

export class SessionCatalogue {
  readonly folder: string
  readonly #database: Database

  /** Makes it where there is none. @throws SynapseError io-failed, file-unreadable */
  constructor(folder: string) {
    this.folder = folder
    const path = join(folder, catalogueName)
    try {
      mkdirSync(folder, { recursive: true })
      this.#database = new Sqlite(path, { timeout: waitMs })
      this.#database.pragma('journal_mode = WAL')
      // What was deleted must not be found in the file any more.
      this.#database.pragma('secure_delete = ON')
      migrate(this.#database, path)
    } catch (cause) {
      if (cause instanceof SynapseError) throw cause
      throw new SynapseError('io-failed', `opening ${path}: ${reasonOf(cause)}`, {
        cause,
        remedy: rebuildIt(folder),
      })
    }
  }

  /**
   * To be filled from the files: one that cannot be read, or that a newer program made, is set aside
   * under another name.
   * @throws SynapseError io-failed
   */
  static toRebuild(folder: string): SessionCatalogue {
    try {
      const catalogue = new SessionCatalogue(folder)
      if (catalogue.#isSound()) return catalogue
      catalogue.end()
    } catch {
      // What is wrong with it does not matter any more.
    }
    setAside(join(folder, catalogueName))
    return new SessionCatalogue(folder)
  }

  #isSound(): boolean {
    return this.#database.pragma('quick_check(1)', { simple: true }) === 'ok'
  }

  static exists(folder: string): boolean {
    return existsSync(join(folder, catalogueName))
  }

  /** Takes the place of what was known under the same path. @returns its number */
  put(recording: NewRecording): number {
    const { ledger, integrity, ...rest } = recording
    const uncounted = { expected: null, received: null, lost: null }
    const unread = { verdict: null, checkedAt: null, reason: null }
    const row = { ...uncounted, ...unread, ...rest, ...ledger, ...integrity }
    const set = columns.map((name) => `${name} = excluded.${name}`).join(', ')
    const { id } = this.#database
      .prepare(
        `INSERT INTO recordings (${columns.join(', ')})
         VALUES (${columns.map((name) => `@${name}`).join(', ')})
         ON CONFLICT (path) DO UPDATE SET ${set} RETURNING id`,
      )
      .get(row) as { id: number }
    return id
  }

  /** What was found out at its end, or afterwards. */
  close(
    path: string,
    end: {
      readonly state: 'closed' | 'interrupted'
      readonly endedAt: string | null
      readonly seconds: number | null
      readonly bytes: number | null
      readonly ledger: LedgerFigures | null
    },
  ): void {
    const { ledger, ...rest } = end
    this.#database
      .prepare(
        `UPDATE recordings SET state = @state, endedAt = @endedAt, seconds = @seconds,
           bytes = @bytes, expected = @expected, received = @received, lost = @lost, process = NULL
         WHERE path = @path`,
      )
      .run({ path, expected: null, received: null, lost: null, ...rest, ...ledger })
  }

  /** What was typed for it, or the path that follows from it, has changed. */
  change(id: number, { path, run, ...fields }: SessionFields & Pick<NewRecording, 'path' | 'run'>) {
    const names = Object.keys(fields).map((name) => `${name} = @${name}`)
    this.#database
      .prepare(`UPDATE recordings SET path = @path, run = @run, ${names.join(', ')} WHERE id = @id`)
      .run({ id, path, run, ...fields })
  }

  /** Found by reading all of it. */
  judge(id: number, { verdict, checkedAt, reason }: Integrity): void {
    this.#database
      .prepare('UPDATE recordings SET verdict = ?, checkedAt = ?, reason = ? WHERE id = ?')
      .run(verdict, checkedAt, reason, id)
  }

  /** Newest last. */
  list(): CataloguedRecording[] {
    return this.#select('1', [])
  }

  get(id: number): CataloguedRecording | null {
    return this.#select('id = ?', [id])[0] ?? null
  }

  at(path: string): CataloguedRecording | null {
    return this.#select('path = ?', [path])[0] ?? null
  }

  ofSubject(subject: string): CataloguedRecording[] {
    return this.#select('subject = ?', [subject])
  }

  /** Being written, or never closed. */
  unfinished(): CataloguedRecording[] {
    return this.#select("state = 'recording'", [])
  }

  /** Made here, over, and never read to their last sample since; newest last. */
  unverified(): CataloguedRecording[] {
    const isOver = "(endedAt IS NOT NULL OR state = 'interrupted')"
    return this.#select(`verdict IS NULL AND ${isOver}`, [])
  }

  /** Recordings in which every word stands somewhere. */
  search(words: readonly string[]): CataloguedRecording[] {
    const haystack = searched.join(" || ' ' || ")
    const clause = words.map(() => `(${haystack}) LIKE ? ESCAPE '\\'`).join(' AND ')
    const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
    return this.#select(clause || '1', patterns)
  }

  /** The number of this content: the latest one where it is the same, else the next. */
  version(kind: 'settings' | 'montage', content: unknown, since: string): number {
    const text = JSON.stringify(content)
    const known = this.#database
      .prepare('SELECT number, content FROM versions WHERE kind = ? ORDER BY number DESC LIMIT 1')
      .get(kind) as { number: number; content: string } | undefined
    if (known?.content === text) return known.number
    const number = (known?.number ?? 0) + 1
    this.#database
      .prepare('INSERT INTO versions (kind, number, content, since) VALUES (?, ?, ?, ?)')
      .run(kind, number, text, since)
    return number
  }

  /** Undefined where there is no such version. */
  contentOf(kind: 'settings' | 'montage', number: number): unknown {
    const row = this.#database
      .prepare('SELECT content FROM versions WHERE kind = ? AND number = ?')
      .get(kind, number) as { content: string } | undefined
    return row && JSON.parse(row.content)
  }

  /** Forgets recordings, also in the pages and the log of the file. */
  forget(ids: readonly number[]): void {
    const statement = this.#database.prepare('DELETE FROM recordings WHERE id = ?')
    this.#database.transaction(() => {
      for (const id of ids) statement.run(id)
    })()
    this.#tidy()
    // What was set aside may know them, too.
    for (const ending of ['', '-wal', '-shm']) {
      rmSync(`${join(this.folder, catalogueName)}${aside}${ending}`, { force: true })
    }
  }

  /** Everything; what is given back in one step is there or not. */
  replaceAll(fill: () => void): void {
    this.#database.transaction(() => {
      this.#database.exec('DELETE FROM recordings; DELETE FROM versions')
      fill()
    })()
    this.#tidy()
  }

  end(): void {
    this.#database.close()
  }

  #tidy(): void {
    this.#database.pragma('wal_checkpoint(TRUNCATE)')
    this.#database.exec('VACUUM')
    this.#database.pragma('wal_checkpoint(TRUNCATE)')
  }

  /** @throws SynapseError io-failed */
  #rows(where: string, values: readonly (string | number)[]): Row[] {
    try {
      return this.#database
        .prepare(`SELECT * FROM recordings WHERE ${where} ORDER BY startedAt, path`)
        .all(...values) as Row[]
    } catch (cause) {
      throw new SynapseError('io-failed', `reading ${this.#database.name}: ${reasonOf(cause)}`, {
        cause,
        remedy: rebuildIt(this.folder),
      })
    }
  }

  #select(where: string, values: readonly (string | number)[]): CataloguedRecording[] {
    const rows = this.#rows(where, values)
    return rows.map(({ expected, received, lost, verdict, checkedAt, reason, ...rest }) => ({
      ...rest,
      ledger: received === null ? null : { expected: expected!, received, lost: lost! },
      integrity: verdict === null ? null : { verdict, checkedAt: checkedAt!, reason: reason ?? '' },
    }))
  }
}

function rebuildIt(folder: string): string {
  return `Make it anew from the files: Rebuild in Sessions, or "synapse sessions rebuild ${folder}".`
}

/** With what belongs to it; in the place of what was set aside before. @throws SynapseError io-failed */
function setAside(path: string): void {
  try {
    for (const ending of ['', '-wal', '-shm']) {
      if (existsSync(`${path}${ending}`)) renameSync(`${path}${ending}`, `${path}${aside}${ending}`)
    }
  } catch (cause) {
    throw new SynapseError('io-failed', `renaming ${path}: ${reasonOf(cause)}`, { cause })
  }
}
