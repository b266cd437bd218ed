/** What a module may take: more is refused when it is opened, or stops it when it runs. */

/** Of the file. */
export const mostModuleBytes = 4 << 20
/** Of linear memory, 64 KiB each: 64 MiB. */
export const mostMemoryPages = 1024
/** Over all tables together. */
export const mostTableElements = 1 << 16
export const mostChannels = 1024
