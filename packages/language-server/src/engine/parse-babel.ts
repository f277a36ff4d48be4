/** The parser without native parts. */
import { parse } from "@babel/parser";
import { babelParserFrom } from "./babel.ts";

export const babelParser = babelParserFrom(() => ({ parse }));
