/** Colours where they are wanted, none elsewhere. */
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

export interface Style {
  (format: Format, text: string): string;
}

export const plain: Style = (_format, text) => text;

export const coloured: Style = (format, text) => styleText(format, text, { validateStream: false });
