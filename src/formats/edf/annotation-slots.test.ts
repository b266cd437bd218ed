import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AnnotationSlots, noteText } from './annotation-slots.ts'
import { readAnnotations } from './annotations.ts'

const note = fc.record({
  onset: fc.double({ min: -5, max: 200, noNaN: true }),
  durationSeconds: fc.constantFrom(0, 0.5),
  text: fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => noteText(text)),
})

it('every annotation is written once, however many happen at once', () => {
  const wanted = fc.property(
    fc.array(note, { maxLength: 60 }),
    fc.integer({ min: 1, max: 100 }),
    fc.constantFrom(2, 3),
    fc.boolean(),
    (notes, records, sampleBytes, atOnce) => {
      const given = atOnce ? notes.map((each) => ({ ...each, onset: 7 })) : notes
      const slots = new AnnotationSlots(given, records, records, sampleBytes)
      expect(slots.recordBytes % sampleBytes).toBe(0)
      const bytes = new Uint8Array(slots.recordBytes)
      const found: string[] = []
      for (let record = 0; record < records; record++) {
        slots.fill(record, record, record + 1, bytes)
        const { annotations, damaged } = readAnnotations(bytes)
        expect(damaged).toBe(0)
        expect(annotations[0]).toMatchObject({ onset: record, texts: [''] })
        found.push(...annotations.slice(1).flatMap(({ texts }) => texts))
      }
      expect(found.sort()).toEqual(given.map(({ text }) => text).sort())
    },
  )
  fc.assert(wanted, { numRuns: 200 })
})
