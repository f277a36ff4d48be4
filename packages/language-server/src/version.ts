/** This package's version; `package-shape.test.ts` holds it against package.json. A bundle cannot read that file. */
export const version = "0.1.0";
