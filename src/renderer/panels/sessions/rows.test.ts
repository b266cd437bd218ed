import { expect, test } from 'vitest'
import type { Catalogued } from '../../../contract/index.ts'
import { noSessionFields } from '../../../signal/index.ts'
import { type Arrangement, arrange, toRepair } from './rows.ts'

function recording(id: number, more: Partial<Catalogued> = {}): Catalogued {
  return {
    ...noSessionFields,
    ...{ id, path: `r${id}.xdf`, run: 1, state: 'closed', startedAt: null, endedAt: null },
    ...{ seconds: null, bytes: null, devices: '', ledger: null, process: null },
    ...{ settingsVersion: null, montageVersion: null, integrity: null },
    ...more,
  }
}

const plain: Arrangement = {
  ...{ words: [], by: 'subject', descending: false, grouped: false, folded: new Set<string>() },
}
const ids = (recordings: readonly Catalogued[], how: Partial<Arrangement>) =>
  arrange(recordings, { ...plain, ...how }).map((row) =>
    row.kind === 'recording' ? row.recording.id : row.subject,
  )

test('numbers in names count as numbers, and what is not known stands last both ways', () => {
  const all = [
    recording(1, { subject: '10' }),
    recording(2),
    recording(3, { subject: '9' }),
    recording(4, { subject: '9', ledger: { expected: 5, received: 3, lost: 2 } }),
  ]
  expect(ids(all, {})).toEqual([3, 4, 1, 2])
  expect(ids(all, { descending: true })).toEqual([1, 3, 4, 2])
  expect(ids(all, { by: 'lost' })).toEqual([4, 1, 2, 3])
})

test('every word has to stand somewhere, in any case', () => {
  const all = [
    recording(1, { operator: 'Ada', notes: 'eyes closed' }),
    recording(2, { operator: 'Ada', devices: 'Cyton' }),
  ]
  expect(ids(all, { words: ['ada'] })).toEqual([1, 2])
  expect(ids(all, { words: ['ADA', 'cyton'] })).toEqual([2])
  expect(ids(all, { words: ['nobody'] })).toEqual([])
})

test('under their subjects, with sums; one that is folded shows its head alone', () => {
  const ledger = { expected: 5, received: 3, lost: 2 }
  const all = [
    recording(1, { subject: '07', seconds: 10, bytes: 100, ledger }),
    recording(2, { subject: '08', seconds: 5 }),
    recording(3, { subject: '07', seconds: 20, ledger }),
  ]
  const folded = new Set(['08'])
  expect(ids(all, { grouped: true, folded })).toEqual(['07', 1, 3, '08'])
  expect(arrange(all, { ...plain, grouped: true, folded })[0]).toEqual({
    ...{ kind: 'subject', subject: '07', recordings: 2, seconds: 30, bytes: 100, lost: 4 },
    isFolded: false,
  })
})

test('to be repaired is what was never closed, until it is recovered', () => {
  const broken = recording(1, { path: 'a_run-01.xdf', state: 'interrupted' })
  expect(toRepair([broken, recording(2)])).toEqual([broken])
  expect(toRepair([broken, recording(2, { path: 'a_run-01_recovered.xdf' })])).toEqual([])
})
