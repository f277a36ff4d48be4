/** Whether a name may be declared where it stands in a text. Most mentions only use it, and those are looked up when asked about. */

/** Behind a name in the same line, or anywhere for a member: it is used. `let x` and a next line with `[` are two statements. */
const usedBehind = /\s*!?\??\.(?!\.)|[ \t]*(?:[+\-*%&|^`[]|[=!]==?)/y;
const callBehind = /[ \t]*[(<]/y;
const arrowBehind = /\s*=>/y;
/** In front of `name(` and `name<`: what is declared that way. */
const declaringWord = /(?:^|[^\w$])(?:function|class|type|interface)$/;
/** In front of a name: an expression or a type comes. */
const usingWord =
  /(?:^|[^\w$])(?:new|await|return|typeof|instanceof|throw|case|void|delete|extends|implements|keyof)$/;
const longestWord = 10;

/** A `true` may be wrong; a `false` never is. @param end - Behind the name. */
export function mayDeclare(text: string, start: number, end: number): boolean {
  let before = start - 1;
  let isOnNewLine = false;
  for (; before >= 0 && text.charCodeAt(before) <= 32; before--)
    if (text.charCodeAt(before) === 10) isOnNewLine = true;
  const sign = text.charAt(before);
  // A comment in front may hide what stands before it.
  if (sign === "/") return true;
  if (isOnNewLine && text.slice(text.lastIndexOf("\n", before) + 1, before).includes("//")) return true;
  const word = /[a-z]/.test(sign) ? text.slice(Math.max(0, before - longestWord), before + 1) : "";
  // namespace a.b {}, module a.b {}
  if (/(?:space|module)$/.test(word)) return true;
  callBehind.lastIndex = usedBehind.lastIndex = arrowBehind.lastIndex = end;
  if (usedBehind.test(text)) return false;
  if (callBehind.test(text)) return sign === "*" || declaringWord.test(word);
  // `...rest` may be one.
  if (sign === ".") return text.charAt(before - 1) === ".";
  const isValue = word === "" ? "=!&|+-?%^~".includes(sign) : usingWord.test(word);
  return !isValue || arrowBehind.test(text);
}
