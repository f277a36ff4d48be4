/** Which documents Floodgate looks at. */

/** The languages of a VS Code document that the server can read. */
export const languages = ["javascript", "javascriptreact", "typescript", "typescriptreact"] as const;

/** Every scheme: untitled files and virtual workspaces are checked too, without types. */
export const documentSelector = languages.map((language) => ({ language }));
