/**
 * Words that reviewers use for one another, whatever the kind of defect. One that both of two findings have some word of
 * counts as a word that both have. Cues: see concepts.ts.
 */
export const SYNONYMS: Record<string, string> = {
  again:
    'twice, double, duplic, =dupe, =dupes, repeat, again, idempot, replay, redeliver, rerun, resend, resent, dedup, second',
  together:
    '=race, =races, racy, concurr, simultan, parallel, atomic, =lock, =locks, locked, mutex, interleav, toctou, synchron, thread, goroutine, moment',
  crash:
    'crash, panic, throw, exception, abort, unwrap, 500, =dies, fatal, segfault, uncaught, traceback, raise',
  absent: '=null, =nil, =none, undefined, absent, optional, unwrap, nonexist, 404, deref, nonetype',
  bound:
    'unbound, unlimit, limit, =cap, =caps, capped, maxim, max, grow, forever, indefinit, evict, lru, huge, arbitrar, exhaust, bound, ttl, bomb',
  leave:
    'leak, leaks, close, releas, dispos, unsubscrib, cleanup, clean, unmount, dangl, freed, frees, clear, destroy',
  inject: 'inject, escap, concat, sanit, interpolat, placeholder, =bind, quote, quoted, unquoted, parameteri',
  markup: 'xss, html, script, markup, dompurify, innerhtml, dangerously',
  access: 'auth, permis, privileg, owner, idor, tenant, foreign, unauth, login, role, acl, rights',
  scope: 'wildcard, restrict, confin, privileg, least, overly, permissive, broad',
  secret: 'secret, token, password, credential, hardcod, plaintext, clear, vault, keychain, passwd',
  reveal: 'expos, disclos, reveal, log, logs, logged, print, leak, readable, public, visible, plain',
  each: 'n+1, rows, loop, quer, batch, bulk, roundtrip, statement, lazi, eager, dataloader, =each, individually',
  zero: 'zero, divis, divid, nan, infin',
  hide: 'swallow, silent, ignor, catch, caught, except, unnotic, suppress, discard, hidden, hides, dropped',
  refuse: 'reject, refus, accept, malform, invalid, valid, verif',
  edge: 'off by, inclus, exclus, boundary, <=, >=, <, fencepost',
  zone: 'timezone, zone, utc, dst, daylight, summer, midnight, offset',
  wait: 'timeout, deadline, hang, stuck, idle, infinit, endless, forever, slowloris',
  cancel: 'cancel, ctx, context, abort, shutdown',
  block: '=block, =blocks, blocking, sync, async, await, synchron, event loop, starv',
  wrap: 'overflow, wraps, narrow, 16 bit, 32 bit, integer, truncat',
  outside: 'travers, slip, dotdot, absolute, zip',
  hash: 'hash, md5, sha1, bcrypt, argon, salt, weak',
  random: 'random, predict, guess, entropy',
  copy: 'copypaste, copied, paste, duplic, extract, shared, helper, reimplement',
  naming: 'name, naming, rename, unclear, mislead',
  dead: 'unused, dead, unreach, leftover',
  tests: 'test, tests, cover, coverage, assert, untested',
  money: 'float, cents, decimal, round, money, precis, drift',
  stale: 'stale, outdat, =old, older, obsolete, cache, refresh',
  order: '=order, sort, sequence, first, before, precede, early, late',
  steady: 'determin, reproduc, unstable',
  world: 'public, world, internet, anyone, anybody, everybody, everyone, 0.0.0.0, anonym, expos, untrust',
  retry: 'retry, retri, backoff, attempt, =tries',
  half: 'partial, half, midway, rollback, transact, commit, inconsist, orphan, together',
  slow: 'slow, latency, perform, expens, freez, hundreds, thousand, million',
  state: 'global, module, singleton, shared, mutat, mutable',
  typed: 'cast, casts, =typed, typing, unknown, generic',
  docs: 'comment, docstring, document, readme',
  memory: 'memory, oom, heap, garbage, alloc',
  beyond: 'out of, oob, beyond, past, overrun',
  forge: 'forg, forge, spoof, signature, unsigned, hmac, fake, trust',
  reach: 'keyboard, accessib, =role, aria, screen',
  loss: 'lost, lose, loss, vanish, discard, drop',
}
