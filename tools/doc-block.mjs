/** The document with what stands between `<!-- begin name: … -->` and `<!-- end name -->` made anew. */
export function withBlock(document, name, body) {
  const place = new RegExp(`(<!-- begin ${name}:[^>]*-->)[\\s\\S]*?(<!-- end ${name} -->)`, "u");
  if (!place.test(document)) throw new Error(`There is no place for ${name} in the document.`);
  return document.replace(place, (_, begin, end) => `${begin}\n\n${body}\n\n${end}`);
}
