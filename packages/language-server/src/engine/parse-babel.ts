/** The parser without native parts. */
import { parse } from "@babel/parser";
import { analyze } from "@typescript-eslint/scope-manager";
import { babelParserFrom } from "./babel.ts";

export const babelParser = babelParserFrom(
  () => ({ parse }),
  () => ({ analyze }),
);
