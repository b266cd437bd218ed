/** By which a shield is found. */

export const searchTarget = 'urn:schemas-upnp-org:device:Basic:1'
