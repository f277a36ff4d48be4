/**
 * Whether a text may nest deeper than a native parser's stack: there is no catching that overflow, it ends the process.
 *
 * oxc-parser 0.158 dies of 16,000 nested calls on 8 MB of stack; Windows gives 1 MB. People's code nests a few dozen
 * levels, generated code a few hundred. A text that is only suspected is parsed by the JavaScript parser instead, which
 * is slower and whose overflow is an exception.
 */

const maxBrackets = 250;
/** What nests without brackets: `a => b => c`, `a ? b : c ? d : e`, `a = b = c`, `A<B<C>>`; in one statement. */
const maxChain = 500;
/** `else if` and JSX elements, in one file: they nest across statements. */
const maxTotal = 3_000;

export function mayNestDeeply(text: string): boolean {
  let brackets = 0;
  let chain = 0;
  let total = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 40: // (
      case 91: // [
      case 123: // {
        if (++brackets > maxBrackets) return true;
        break;
      case 41: // )
      case 93: // ]
      case 125: // }
        // Brackets in strings may close what is not open.
        if (brackets > 0) brackets--;
        break;
      case 60: // <
        if (text.charCodeAt(i + 1) === 47 && ++total > maxTotal) return true;
        if (++chain > maxChain) return true;
        break;
      case 61: // =
      case 63: // ?
        if (++chain > maxChain) return true;
        break;
      case 59: // ;
        chain = 0;
        break;
      case 10: // line feed
        if (endsHere(text, i)) chain = 0;
        break;
      case 101: // e
        if (text.startsWith("else", i) && ++total > maxTotal) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

/** Whether what nests without brackets ends with this line, as it does where semicolons are left out. */
function endsHere(text: string, newline: number): boolean {
  let before = newline - 1;
  while (before >= 0 && text.charCodeAt(before) <= 32) before--;
  let after = newline + 1;
  while (after < text.length && text.charCodeAt(after) <= 32) after++;
  return !"=>?:<,".includes(text.charAt(before)) && !"=?:<>".includes(text.charAt(after));
}
