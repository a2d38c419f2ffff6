"use strict";
// Preloaded into jsii's Node process: a provider's lib/index.js requires every module of the provider
// (2,212 for AWS) where an app uses a few. Here its exports become getters that require on first use.

const fs = require("node:fs");
const Module = require("node:module");

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

const loadEagerly = Module._extensions[".js"];

Module._extensions[".js"] = function loadJavaScript(module, filename) {
  const modules = PROVIDER_INDEX.test(filename) && exportedModules(fs.readFileSync(filename, "utf8"));
  if (modules) defineLazily(module, modules);
  else loadEagerly(module, filename);
};
