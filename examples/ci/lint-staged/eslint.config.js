import floodgate from "eslint-plugin-floodgate";

// `autofix` lets --fix limit what can be limited without asking; the rest is reported, and refuses the commit.
export default [floodgate.configs.recommended, floodgate.configs.autofix];
