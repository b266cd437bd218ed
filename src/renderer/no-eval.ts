/** Imported first: the schemas must not try to compile themselves, which the page's policy forbids. */
import { config } from 'zod'

config({ jitless: true })
