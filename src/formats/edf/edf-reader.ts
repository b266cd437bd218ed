/** Opens an EDF, EDF+, BDF or BDF+ file. Its gaps stay gaps; other readers join the pieces. */
import { SynapseError, sumLedgers } from '../../signal/index.ts'
import type { ByteSource } from '../io.ts'
import { mergeByTime } from '../merge-by-time.ts'
import { ProblemLog } from '../problems.ts'
import { ledgerOf, type Recording, type RecordingFormat } from '../recording.ts'
import { bytesAt } from './bytes-at.ts'
import { type EdfHeader, headerLength, readEdfHeader } from './header.ts'
import { refuseMangled } from './mangling.ts'
import { rateGroups, recordedStream } from './rate-groups.ts'
import { RecordChunks } from './record-chunks.ts'
import { recordItems } from './record-items.ts'
import { readSegments } from './segments.ts'
import { unreadFacts } from './unread-facts.ts'

/** @throws SynapseError file-damaged when the samples cannot be found or are not what they were */
export async function openEdf(source: ByteSource, name: string): Promise<Recording> {
  const problems = new ProblemLog()
  const length = headerLength(await bytesAt(source, 0, 256))
  if (length > source.size) {
    throw new SynapseError('file-damaged', `reading ${name}: the file ends within its header`)
  }
  const headerBytes = await bytesAt(source, 0, length)
  const header = readEdfHeader(headerBytes, name, problems)
  const unread = unreadFacts(headerBytes, header)
  await refuseMangled(source, header, name)
  const records = countRecords(header, source.size, problems)
  const { segments, markers } = await readSegments(source, header, records, problems)
  const groups = rateGroups(header, segments, problems)
  const streams = groups.map(recordedStream)
  return {
    format: (header.plus ? `${header.kind}+${header.plus}` : header.kind) as RecordingFormat,
    startedAt: header.startedAt,
    streams,
    markers,
    ledger: sumLedgers(streams.map(ledgerOf)),
    problems: problems.list(),
    unread,
    read: () => {
      const records = new RecordChunks(source, header, groups)
      const items = groups.map((group, i) => recordItems(records, group, i))
      return mergeByTime(items, () => records.release())
    },
    close: () => source.close(),
  }
}

/** Whole records that are there, whatever the header says. */
function countRecords(header: EdfHeader, size: number, problems: ProblemLog): number {
  const { headerBytes, recordBytes, recordCount } = header
  if (recordBytes === 0) return 0
  const whole = Math.floor((size - headerBytes) / recordBytes)
  if (recordCount < 0) {
    const rest = size - headerBytes - whole * recordBytes
    const detail = `the file was never finished; it has ${whole} whole records`
    problems.note('unknown-record-count', detail)
    if (rest > 0)
      problems.note('truncated', `the last record is not whole; ${rest} of its bytes are there`)
    return whole
  }
  if (recordCount > whole) {
    problems.note('truncated', `${whole} of ${recordCount} records are there`)
    return whole
  }
  const extra = size - headerBytes - recordCount * recordBytes
  if (extra > 0) {
    const detail = `bytes behind the ${recordCount} records that the header announces: ${extra}`
    problems.note('trailing-bytes', detail)
  }
  return recordCount
}
