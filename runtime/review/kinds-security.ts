/** Kinds of defects of security: by cause, by what follows from them, by what mends them. Cues: see concepts.ts. */
export const SECURITY: Record<string, string> = {
  'sql injection':
    'sql inject, inject statement|query|database|where, parameteri, placeholder query|statement|sprintf|sql, bind param|variable|value, prepared statement, concat|interpolat|splic|template|sprintf|format|literal sql|query|select|statement|where|clause, order by|clause concat|interpolat|allow, or 1=1, read|dump whole|entire table input|crafted|quote',
  'command injection':
    'command|shell|script|argument|template|expression inject, shell true, shell through|pass|metachar|untrusted|crafted|escap|execut, execfile, argument|arg list|array|vector exec|spawn|shell|subprocess, subprocess shell, execut|run arbitrary|attacker|crafted command|shell|code, name|value expand|interpolat run|script|shell',
  xss: 'xss, cross site script, innerhtml, dangerouslysetinnerhtml, html unescaped|escap|saniti|raw|unsanitised|unsanitized, script tag, v html, javascript browser whoever|victim|viewer|visitor, saniti markup|html|body, dompurify, render|output text|plain instead|rather|as, autoescap',
  'path traversal':
    'path|directory travers, zip slip, dotdot, outside|escap|leave|below|beneath root|base|upload|folder|directory|destination|dst|workspace, arbitrary file|path, overwrit arbitrary|any file, secure filename, basename name|upload|path, name|path yourself|generat upload|file, resolve path prefix|start|below|inside',
  ssrf: 'ssrf, server side request, internal host|address|network|service fetch|url|reach|request, private address|ip|range|network url|refuse|block|host|fetch, metadata endpoint|service|address, 169.254, fetch|request any|arbitrary|user url, allow list host|domain',
  redirect:
    'open redirect, redirect arbitrary|user|unvalid|untrusted|extern|foreign, next param url|redirect, phish',
  'host header':
    'host header, link|url compos|built|build host|header|base, configured base, attacker own domain link',
  deserialization:
    'deseriali, pickle, yaml load, safe load, =eval, unmarshal untrusted, execut code|whatever load|object|contain file|cache|data|content',
  'prototype pollution':
    'prototype pollut, proto key|merge|object|json, alter|affect every|all object, object create null',
  secret:
    'hard code key|secret|password|token|credential, secret|password|key|token|credential source|repository|repo|git|commit|literal|bundle|history|image|plain|values|checked|code, secret|key|password|token environment|vault|env|manager|mount, read|load secret|key|password|credential environment|env|config, reference secret, sign token|session|cookie whoever|anyone|anybody|everyone|everybody read|source|access, forge session|token|cookie read|access|source, build arg secret|token, rotate',
  'sensitive log':
    'log|print|output password|token|secret|credential|mail|personal|pii|sensitive|card|authorization, redact|mask log|password|body|header|token|output, no log|print password|secret|task',
  'leaked internals':
    'stack trace|source|variable|internal see|expos|client|user|visitor|response|production, debug production|enabled|mode|true, leak internal|detail|stack',
  'weak hash':
    '=md5, =sha1, weak hash|cipher|crypto, unsalted, rainbow, bcrypt, argon2, scrypt, pbkdf2, plaintext password stor|save|database, hash password',
  randomness:
    'predict token|id|random|value|session|reset|number, math random, random crypto|secure|guess|generator|seed, csprng, secrets module|token|use, guess token|id|state|link|code, randombytes, crypto rand',
  'temporary file':
    'predict temp|tmp, tmp symlink|predict|pre|local|world, tempfile, mkstemp, mktemp, temp|tmp file|name attack|guess|local|another',
  timing:
    'timing safe|attack|side|leak, constant time, compar digest|hash|token|secret leak|byte|eqeqeq|eqeq|time',
  ownership:
    'idor, ownership, owner ! check|compar|verif|match|scop, ! compar|check|look|verif|consult user|owner|caller|current|tenant|member, other|another|someone|stranger|foreign customer|user|member|people|tenant|account|order|record|booking see|read|change|edit|cancel|delete|access|modif|fetch|view, every|any|other|another user|member|customer|account|tenant read|see|change|access|edit|update|view, belong user|caller|owner|tenant, scope query|lookup|where user|owner|tenant, permission check|miss|!, authori check|!|miss',
  authentication:
    '! auth|login|session|guard middleware|check|route|endpoint|handler|require, unauthenticated, anonym, ! log|logged|sign in|into, public handler|route|endpoint|now, require auth|user|login|session|admin front|middleware|route|handler|register|!|guard, protect route|endpoint, anybody|anyone|everybody|everyone ! login|credential|token|password',
  privilege:
    'privilege least|escalat|excess, wildcard policy|action|permission|role|iam, administrator right|role|grant, least privilege, grant star|everything|all|admin|full, narrow|restrict|limit permission|policy|scope|action, more right|permission need|necessary, broad permission|scope|token|role',
  container:
    '=root container|run|user, user directive, non root, privileged container|pod|true|!, break|escap container|node|host, runasnonroot, drop capabilit',
  'mass assignment':
    'mass assign, overpost, allow list|schema|only field|attribute|key|body|propert, explicit field|schema|dto|allow, take|copy|accept|spread|persist|assign|pass every|each|all|any|whole|entire key|field|body|propert|payload, set|approve|change|add|promot own|role|admin|isadmin|himself|itself field json|body|request|payload',
  csrf: 'csrf, cross site request, samesite, another|foreign|malicious site submit|post|behalf|form',
  cors: '=cors, allow origin, any|every|wildcard|star|trusted|all|foreign origin, site call api|behalf, credential origin',
  cookie: 'cookie secure|httponly|flag|attribute|http, httponly, secure flag',
  'browser storage':
    'localstorage, sessionstorage, token|credential|session readable|storage|steal script|page|xss|javascript, httponly session|token|keep|store',
  'security header':
    'hsts, strict transport, csp, content security, clickjack, frame option|ancestor, nosniff, security header',
  opener: 'noopener, noreferrer, window opener, target blank, tabnab',
  'rate limit':
    'rate limit, throttl, brute force, lockout, captcha, guess|try password|code|pin|many|unlimited|thousand, slow attack|guess|password|try, attempt ! limit|unlimited|count',
  enumeration:
    'enumerat, tell|reveal|disclos|learn|distinguish account|user|address|email exist|known|registered, different message|response|answer unknown|user|account|password, same|generic|identical message|answer unknown|both|password|credential|account',
  signature:
    'signature ! verif|check|valid, verif signature|hmac|webhook|payload, forge webhook|event|payload|request|body|callback, header signature, trust body|payload webhook|arriv|provider, anyone|anybody|attacker post|send|mark endpoint|event|paid|webhook, hmac',
  algorithm:
    'alg =none, algorithm none|confus|pin|accept|allow|specif|list|!|restrict, pin algorithm, hs256, rs256, key confusion',
  'token expiry':
    'token|link|session|key ! expir, expiresin, stolen|leaked|old token|link|session valid|forever|still|years|later|works, valid forever|ever|indefinite token|link|session|stolen, token|link|session|reset lifetime|expir|ttl|exp, old mail|link valid|works|use|still',
  'token reuse':
    'token reus|again|twice|invalidat|single|once|consum|second, single use, one time token|link|code, invalidat token|session|use',
  tls: 'insecureskipverify, tls|certificate|cert|ssl verif|!|check|disable|valid|skip, man middle, verify false, rejectunauthorized, plain http, cleartext, unencrypted traffic|connection|transport',
  'encryption at rest':
    'encrypt rest|!|disk|volume|bucket|server|storage|database|unencrypted, unencrypted, kms',
  'public access':
    'public bucket|access|acl|readable|read|storage|block, acl private|public, anyone|anybody|everybody|everyone|whole internet|world read|download|list backup|file|object|bucket',
  'open port':
    '0.0.0.0, open|expos|allow|reach internet|world|everybody|everyone|anybody|whole, ingress internet|open|restrict|rule|allow, security group, firewall, restrict source|range|cidr|ip|ingress, port expos|open|public, vpn|bastion',
  'file mode':
    '=0777, =777, =0600, =600, =0644, world|group readable|writable|writeable, chmod, umask, permission file|mode|bit|loose|tight, mode 0600|0700|restrict, credential|key file readable|mode|permission, other local user|account read',
  'supply chain':
    'action pin|sha|commit, pin action|sha|third, third party action|script pin|sha|commit|trust, tag moved|mutable|action, checksum download|!|verif, curl bash|sh|pipe, integrity subresource|hash, lockfile',
  'file type':
    'content type trust|client|header|sniff|spoof|upload, mime trust|sniff|type|check, magic byte, extension check|trust|upload|allow|spoof, html upload|image serv, upload html|svg|executable|script, served domain|origin upload|html|image',
  bomb: 'decompress bomb|limit|bound|size|bomb, zip bomb, bomb, limitreader, archive fill|expand|huge, xxe, entity expan|extern',
  'inherited environment':
    'environment whole|entire|child|pass|inherit|subprocess, child process see|inherit|get key|secret|token|environment|env, env child|subprocess minimal|allow|only',
  'client side only':
    'client|frontend|form|browser only enforced|validated|checked|tested, enforce|validate|check server, server|endpoint takes|accepts any',
  'plain storage':
    'plain|clear text stored|saved|stores|storage|pin|token, plaintext stor|save|pin, keychain, keystore, unencrypted device|disk|saves|stored',
  metadata: 'exif, metadata photo|image|strip|keep, disclose where|location',
  'key fallback':
    'fall|falls back test|key|default|secret, refuse start without|key, sandbox|test key production|live, default secret|key|password',
  'untrusted code':
    'fork pull|secret|code, pull_request_target, workspace trust, foreign|untrusted|malicious repository|repo|workspace, binary decides|run|setting|workspace',
  'message origin':
    'message command|origin|sender whatever|trust|any|check|known, allow known command|commands|message, postmessage, trigger any|arbitrary command',
  'external entities': 'xxe, external entit, dtd|dtds, doctype',
}
