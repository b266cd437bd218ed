import { expect, test } from 'vitest'
import { physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { frontalChannels } from './frontal.ts'

function picked(...labels: string[]): string[] {
  const info: StreamInfo = {
    id: 'test',
    name: 'EEG',
    type: 'EEG',
    sampleFormat: 'float32',
    nominalRateHz: 250,
    channels: labels.map((label) => physicalChannel(label, 'EEG', 'uV')),
    origin: { source: 'test' },
  }
  return frontalChannels(info).map((index) => labels[index]!)
}

test('Fp1 and Fp2 come before everything else', () => {
  expect(picked('C3', 'Fp2', 'AF7', 'TP9', 'Fp1', 'Fpz', 'AF8', 'TP10')).toEqual(['Fp1', 'Fp2'])
  expect(picked('O1', 'Fp2')).toEqual(['Fp2'])
})

test('labels are read as files write them', () => {
  expect(picked('EEG Cz-Ref', 'EEG FP1-Ref', 'EEG FP2-Ref')).toEqual(['EEG FP1-Ref', 'EEG FP2-Ref'])
  expect(picked('Af3.', 'Fp1.', 'Fpz.', 'Fp2.')).toEqual(['Fp1.', 'Fp2.'])
  expect(picked('EEG Pz-Oz', 'EEG Fpz-Cz')).toEqual(['EEG Fpz-Cz'])
})

test('on a Muse the ears are taken, because its reference lies at Fpz', () => {
  expect(picked('TP9', 'AF7', 'AF8', 'TP10', 'AUX')).toEqual(['TP9', 'TP10'])
})

test('AF7 and AF8 without the ears are taken as they are, ears without them are not', () => {
  expect(picked('Cz', 'AF7', 'AF8')).toEqual(['AF7', 'AF8'])
  expect(picked('Cz', 'Pz', 'TP9', 'TP10')).toEqual(['Cz', 'Pz'])
})

test('where no label tells, the first two channels are taken', () => {
  expect(picked('1', '2', '3')).toEqual(['1', '2'])
  expect(picked('one')).toEqual(['one'])
})
