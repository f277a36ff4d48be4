/** The document with what stands between `<!-- begin name: … -->` and `<!-- end name -->` made anew. */
export function withBlock(document: string, name: string, body: string): string;
