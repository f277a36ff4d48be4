/** Which documents Floodgate looks at. */

/** The languages of a VS Code document that the server can read; of the last three, the script in them. */
export const languages = [
  "javascript",
  "javascriptreact",
  "typescript",
  "typescriptreact",
  "vue",
  "svelte",
  "astro",
] as const;

/** Every scheme: untitled files and virtual workspaces are checked too, without types. */
export const documentSelector = languages.map((language) => ({ language }));
