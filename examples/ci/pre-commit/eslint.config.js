import floodgate from "eslint-plugin-floodgate";

export default [floodgate.configs.recommended];
