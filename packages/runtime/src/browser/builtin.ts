/** In a browser there are no modules of Node. Bundlers put this in the place of `../builtin.ts`. */
export function builtin(_id: string): undefined {}
