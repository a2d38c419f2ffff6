"use strict";
// Preloaded into jsii's Node process: a provider's lib/index.js requires every module of the provider
// (2,212 for AWS) where an app uses a few. Here its exports become getters that require on first use.

const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { Writable } = require("node:stream");

// jsii loads packages through links in a temporary folder, so only the end of the path is known.
const PROVIDER_INDEX = /[\\/]node_modules[\\/]@cdktf[\\/]provider-[^\\/]+[\\/]lib[\\/]index\.js$/;
const EXPORTED_MODULE = /^exports\.(\w+) = require\("(\.\/[\w-]+)"\);$/;
const NO_EFFECT = [
  /^$/,
  /^\/\//,
  /^(\/\*\*| \*\/| \*( (?!.*\*\/).*)?)$/,
  /^"use strict";$/,
  /^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);$/,
  /^(exports\.\w+ = )+void 0;$/,
];

/** The exported modules by name, or undefined when the file does anything but export modules. */
function exportedModules(source) {
  const modules = new Map();
  for (const line of source.split(/\r?\n/)) {
    const match = EXPORTED_MODULE.exec(line);
    if (match) modules.set(match[1], match[2]);
    else if (!NO_EFFECT.some((pattern) => pattern.test(line))) return undefined;
  }
  return modules.size > 0 ? modules : undefined;
}

function defineLazily(module, modules) {
  const { exports } = module;
  Object.defineProperty(exports, "__esModule", { value: true });
  for (const [name, path] of modules) {
    const property = { configurable: true, enumerable: true };
    const get = () => {
      const value = module.require(path);
      Object.defineProperty(exports, name, { ...property, value, writable: true });
      return value;
    };
    Object.defineProperty(exports, name, { ...property, get });
  }
}

// jsii's entry point is a process that only starts another one, and passes each message on between that one and Python
// in both directions. The other one takes its messages from descriptor 3; here they come from standard input.
const ENTRY_POINT = /[\\/]bin[\\/]jsii-runtime\.js$/;
const STARTS_ANOTHER =
  /\(0,\w\.spawn\)\(process\.execPath,\[\.\.\.process\.execArgv,"--preserve-symlinks",\(0,\w\.resolve\)\(__dirname,"\.\.","lib","program\.js"\)\],\{stdio:\["ignore","pipe","pipe","pipe"\]\}\)/;
const MESSAGES = 3;

function runInThisProcess(module, filename) {
  // Taken for good, so that no file that is opened later gets the number.
  for (let taken = -1; taken < MESSAGES; taken = fs.openSync(os.devNull));
  const { readSync, writeSync } = fs;
  fs.readSync = (descriptor, ...rest) => readSync(descriptor === MESSAGES ? 0 : descriptor, ...rest);
  fs.writeSync = (descriptor, ...rest) => writeSync(descriptor === MESSAGES ? 1 : descriptor, ...rest);
  for (const name of ["stdout", "stderr"]) Object.defineProperty(process, name, { value: toPython(name, writeSync) });
  // The program looks here for whether it may link packages instead of copying them; NODE_OPTIONS is what sets it.
  process.execArgv.push("--preserve-symlinks");
  module.require(path.resolve(path.dirname(filename), "..", "lib", "program.js"));
}

/** A stream whose contents go to Python as jsii sends them: a line of JSON each on standard error. */
function toPython(name, writeSync) {
  const write = (chunk, _encoding, done) => {
    writeSync(2, `${JSON.stringify({ [name]: chunk.toString("base64") })}\n`);
    done();
  };
  return new Writable({ write });
}

const loadEagerly = Module._extensions[".js"];

Module._extensions[".js"] = function loadJavaScript(module, filename) {
  const modules = PROVIDER_INDEX.test(filename) && exportedModules(fs.readFileSync(filename, "utf8"));
  if (modules) defineLazily(module, modules);
  else if (ENTRY_POINT.test(filename) && STARTS_ANOTHER.test(fs.readFileSync(filename, "utf8"))) {
    runInThisProcess(module, filename);
  } else loadEagerly(module, filename);
};
