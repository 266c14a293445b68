// Loaded into the CDK CLI before its own code. The CLI looks at a stack that is changing every five seconds, and has no
// option for that (`waitFor` in @aws-cdk/toolkit-lib). The local AWS is mostly done in two, so tests waited for nothing.
// Should the CLI's pause change, then this has no effect, and the tests only take longer.
const PAUSE = 5000;
const SHORTER = 250;

const { setTimeout } = globalThis;
globalThis.setTimeout = (callback, delay, ...more) => setTimeout(callback, delay === PAUSE ? SHORTER : delay, ...more);
