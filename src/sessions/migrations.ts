/**
 * The tables, as they came to be: each step takes the catalogue from one version to the next, and
 * none is changed once it was published. SQLite's `user_version` counts them.
 */
import type { Database } from 'better-sqlite3'
import { SynapseError } from '../signal/index.ts'

const steps: readonly string[] = [
  `CREATE TABLE recordings (
     id INTEGER PRIMARY KEY,
     path TEXT NOT NULL UNIQUE,
     subject TEXT NOT NULL,
     session TEXT NOT NULL,
     task TEXT NOT NULL,
     run INTEGER,
     protocol TEXT NOT NULL,
     operator TEXT NOT NULL,
     notes TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('recording', 'closed', 'interrupted')),
     startedAt TEXT,
     endedAt TEXT,
     seconds REAL,
     bytes INTEGER,
     expected INTEGER,
     received INTEGER,
     lost INTEGER
   ) STRICT;
   CREATE INDEX recordingsOfSubject ON recordings (subject, session, run);`,
  `CREATE TABLE versions (
     id INTEGER PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('settings', 'montage')),
     number INTEGER NOT NULL,
     content TEXT NOT NULL,
     since TEXT NOT NULL,
     UNIQUE (kind, number)
   ) STRICT;
   ALTER TABLE recordings ADD COLUMN process INTEGER;
   ALTER TABLE recordings ADD COLUMN settingsVersion INTEGER;
   ALTER TABLE recordings ADD COLUMN montageVersion INTEGER;`,
  `ALTER TABLE recordings ADD COLUMN devices TEXT NOT NULL DEFAULT '';
   ALTER TABLE recordings ADD COLUMN verdict TEXT;
   ALTER TABLE recordings ADD COLUMN checkedAt TEXT;`,
  'ALTER TABLE recordings ADD COLUMN reason TEXT;',
]

/** @throws SynapseError file-unreadable where a newer program made the catalogue */
export function migrate(database: Database, path: string, upTo = steps.length): void {
  const version = database.pragma('user_version', { simple: true }) as number
  if (version > steps.length) {
    throw new SynapseError('file-unreadable', `opening ${path}: a newer program made it`, {
      remedy: 'Use that program, or make the catalogue anew with "synapse sessions rebuild".',
    })
  }
  for (let step = version; step < upTo; step++) {
    database.transaction(() => {
      database.exec(steps[step]!)
      database.pragma(`user_version = ${step + 1}`)
    })()
  }
}
