import { expect, test } from "vitest";
import { applyEdits } from "./fix-all.ts";
import { withDependency } from "./manifest.ts";

const add = (text: string): string | undefined => {
  const edits = withDependency(text, "@floodgate/runtime", "^0.1.0");
  return edits && applyEdits(text, edits);
};

const entry = '"@floodgate/runtime": "^0.1.0"';

test.for([
  ['{\n  "name": "a"\n}\n', `{\n  "name": "a",\n  "dependencies": {\n    ${entry}\n  }\n}\n`],
  ["{}", `{\n  "dependencies": {\n    ${entry}\n  }\n}`],
  [
    '{\n  "dependencies": {\n    "p-limit": "1"\n  },\n  "x": 1\n}',
    `{\n  "dependencies": {\n    ${entry},\n    "p-limit": "1"\n  },\n  "x": 1\n}`,
  ],
  [
    '{\n\t"dependencies": {\n\t\t"@a/b": "1"\n\t}\n}',
    `{\n\t"dependencies": {\n\t\t"@a/b": "1",\n\t\t${entry}\n\t}\n}`,
  ],
  ['{\n  "dependencies": {}\n}', `{\n  "dependencies": {\n    ${entry}\n  }\n}`],
] as const)("%j gets one more dependency, and keeps the rest as it is", ([before, after]) => {
  expect(add(before)).toBe(after);
  expect(JSON.parse(after)).toMatchObject({ dependencies: { "@floodgate/runtime": "^0.1.0" } });
});

test.for([[`{ "dependencies": { ${entry} } }`], ["{ broken"], ["[]"]] as const)(
  "%s is left alone",
  ([text]) => {
    expect(add(text)).toBeUndefined();
  },
);
