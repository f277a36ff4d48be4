/** Where a loop, or a call that runs a callback per element, ends in a text that nobody parsed. */

export interface Extent {
  /** Behind the loop's head, or behind the bracket that opens the call's arguments. UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** What carries a statement on behind a closed block or a semicolon; and comments, which may hide it. */
const goesOn = /^\s*(?:else\b|catch\b|finally\b|while\b|\/)/;

/**
 * Too much rather than too little: the rest of the text, where only a parser could tell.
 *
 * @param at - Where the head's bracket, the call's bracket or the body of `do` stands.
 * @param word - What begins there, by its first letters: `for`, `while`, `do`, `forEach`.
 */
export function endOfRound(text: string, at: number, word: string): Extent {
  const isCall = word.startsWith("forEach");
  let start = isCall || word.startsWith("do") ? at : -1;
  const rest = (): Extent => ({ start: Math.max(start, at), end: text.length });
  // Apostrophes in JSX are no quotes.
  if (isCall && text.charCodeAt(at) !== 40) return rest();
  if (hasTags(text)) return rest();
  let depth = 0;
  for (let i = at; i >= 0 && i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 34: // "
      case 39: // '
        i = endOfString(text, i);
        if (i < 0) return rest();
        break;
      case 96: // `
        i = endOfTemplate(text, i);
        if (i < 0) return rest();
        break;
      case 47: // A comment, a division or a regular expression.
        i = endOfComment(text, i);
        if (i < 0) return rest();
        break;
      case 40: // (
      case 91: // [
      case 123: // {
        depth++;
        if (isCall && i === at) start = i + 1;
        break;
      case 41: // )
      case 93: // ]
      case 125: // }
        if (depth === 0) return { start: Math.max(start, at), end: i };
        if (--depth > 0) break;
        if (start < 0) start = i + 1;
        else if (isCall) return { start, end: i };
        else if (text[i] === "}" && !goesOn.test(text.slice(i + 1, i + 200))) return { start, end: i + 1 };
        break;
      case 59: // ;
        if (depth === 0 && !goesOn.test(text.slice(i + 1, i + 200)))
          return { start: Math.max(start, at), end: i + 1 };
        break;
      default:
    }
  }
  return rest();
}

/** These say where what begins at `at` has its last character; -1: nobody can tell. */
function endOfString(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) return i;
    if (code === 92) i++;
    else if (code === 10) return -1;
  }
  return -1;
}

function endOfTemplate(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 96) return i;
    if (code === 92) i++;
    if (code !== 36 || text.charCodeAt(i + 1) !== 123) continue;
    // What is filled in: only where it nests nothing.
    const filled = /^[^"'`{}/]*\}/.exec(text.slice(i + 2, i + 300));
    if (filled === null) return -1;
    i += 1 + filled[0].length;
  }
  return -1;
}

function endOfComment(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === 47) {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end;
  }
  if (next !== 42) return -1;
  const end = text.indexOf("*/", at + 2);
  return end < 0 ? -1 : end + 1;
}

/** Where the bracket that opens at `at` is closed; -1: nobody can tell. Only for texts without JSX. */
export function closingBracket(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i >= 0 && i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 34: // "
      case 39: // '
        i = endOfString(text, i);
        if (i < 0) return -1;
        break;
      case 96: // `
        i = endOfTemplate(text, i);
        if (i < 0) return -1;
        break;
      case 47: // A comment, a division or a regular expression.
        i = endOfComment(text, i);
        if (i < 0) return -1;
        break;
      case 40: // (
      case 91: // [
      case 123: // {
        depth++;
        break;
      case 41: // )
      case 93: // ]
      case 125: // }
        if (--depth === 0) return i;
        break;
      default:
    }
  }
  return -1;
}

/** Tags, and with them apostrophes that are no quotes. */
export const hasTags = (text: string): boolean => /<\/|\/>/.test(text);
