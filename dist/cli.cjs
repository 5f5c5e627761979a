// Which bundle holds the verb: see scripts/build.mjs
const quick = new Map([["plan","./worker.cjs"],["begin","./worker.cjs"],["tick","./worker.cjs"],["block","./worker.cjs"],["fail","./worker.cjs"],["ask","./worker.cjs"],["done","./worker.cjs"],["status","./status.cjs"],["hook pre-tool-use","./allow.cjs"]])
const [word, event] = process.argv.slice(2)
require(quick.get(word) ?? quick.get(`${word} ${event}`) ?? './all.cjs')
