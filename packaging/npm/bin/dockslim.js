#!/usr/bin/env node
// Starts the program that was packed for this platform, and ends as it ends.
"use strict";

const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const path = require("node:path");

const suffix = process.platform === "win32" ? ".exe" : "";
const program = path.join(__dirname, `dockslim-${process.platform}-${process.arch}${suffix}`);
if (!existsSync(program)) {
    console.error(`dockslim: this package has no program for ${process.platform} on ${process.arch}; install it by cargo`);
    process.exit(2);
}
const run = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (run.error) {
    console.error(`dockslim: ${run.error.message}`);
    process.exit(2);
}
if (run.signal) {
    process.kill(process.pid, run.signal);
} else {
    process.exit(run.status);
}
