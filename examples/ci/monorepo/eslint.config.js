import floodgate from "eslint-plugin-floodgate";

// One configuration in the root, which ESLint finds from every package below.
export default [
  floodgate.configs.recommended,
  // What a package of its own needs stands here too: its limiters, another number, a stricter preset.
  {
    files: ["packages/crawler-*/**"],
    settings: { floodgate: { defaultLimit: 2 } },
  },
];
