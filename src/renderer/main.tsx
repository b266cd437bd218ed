/**
 * The entry of the page. What has to hold before any other module runs is imported, the page is
 * asked for after that: a bundler may put what they share in front of both.
 */
import './no-eval.ts'

void import('./start.tsx')
