/**
 * Kinds of defects, and how reviewers name them: two that speak of the same line in other words usually mean the same
 * kind, and two kinds on one line are two defects. Pure. A kind is listed once it was seen in two wordings.
 */
const KINDS: Record<string, RegExp> = {
  'sql injection':
    /sql.{0,12}inject|inject.{0,24}(sql|quer|database)|(concatenat|interpolat|splic|string.?build|template).{0,40}(sql|quer|where|statement)|(sql|quer\w+|statement).{0,40}(concatenat|interpolat|spliced|built (by|from|with)|string format)|parameteri[sz]|prepared statement|bind (param|variable)|placeholder/,
  'command injection':
    /(command|shell|argument).{0,3}inject|shell.{0,30}(interpolat|unescap|untrusted|user|metachar)|(user|untrusted|unescap).{0,40}\b(shell|exec|spawn|command line)|shell: ?true|execfile/,
  xss: /\bxss\b|cross.site script|innerhtml|unescaped (html|output|markup)|html.{0,20}(escap|saniti)|script tag/,
  'path traversal':
    /(path|directory) traversal|\.\.\/|(escape|outside|leave)s?.{0,24}(root|base|upload|folder|directory|workspace)|arbitrary (file|path)/,
  ssrf: /\bssrf\b|server.side request|internal (host|address|network)|arbitrary url|metadata (endpoint|service)/,
  redirect: /open redirect|redirect.{0,30}(arbitrary|user|unvalid|untrusted)/,
  deserialization: /deseriali|pickle|yaml\.load|\beval\b|prototype pollut|__proto__/,
  secret:
    /hard.?coded.{0,40}(key|secret|password|token|credential)|(key|secret|password|token|credential)s?.{0,40}(hard.?coded|in (the )?(source|code|repository|repo)|commit|literal|checked in)|secret in/,
  'sensitive log':
    /(log|print|trace)(s|ged|ging|ed)?\b.{0,40}(password|token|secret|credential|e-?mail|personal|pii|sensitive|card)|(password|token|secret|credential|e-?mail|personal data|pii|sensitive|card).{0,40}\b(log|logs|logged|logging|printed|stdout)\b/,
  crypto:
    /\bmd5\b|\bsha-?1\b|weak (hash|cipher|crypto)|plain.?text password|unhashed|unsalted|math\.random|predictable|insecure random|not cryptographic|csprng|randombytes|guessable/,
  timing: /timing.{0,3}(safe|attack|side)|constant.time/,
  authorization:
    /authori[sz]|permission|access control|any (logged.in )?user|another user|other users|\bidor\b|ownership|belongs to|privilege|unauthenticated|without (being )?logged|not authenticated|no auth|lacks auth|auth(entication)? (check|guard|middleware)/,
  csrf: /\bcsrf\b|cross.site request|samesite/,
  cors: /\bcors\b|allow-origin|any origin|wildcard origin/,
  'rate limit': /rate.?limit|throttl|brute.?force/,
  signature: /signature|webhook.{0,30}verif|verif.{0,20}(webhook|jwt|token)|algorithm.{0,6}none/,
  validation:
    /(not|no|without|missing|un|never|lacks?|skips?).{0,12}(valid|saniti)|valid(ate|ation).{0,20}(missing|absent|skipped)|trusts? (the )?(input|client|caller|user|body)|unchecked input|accepts? (any|negative|arbitrary|empty)|malformed/,
  null: /\bnull\b|\bundefined\b|\bnil\b|nonetype|\bnone\b.{0,20}(check|deref|attribute)|optional chain|cannot read prop|deref|may be (missing|absent|unset)|non-?null assertion/,
  'off by one':
    /off.by.one|fence.?post|one too (many|few|far|short)|last (element|item|entry|page|row|line|record|one).{0,30}(skip|drop|lost|missed|never|omit|exclud|left out)|(skip|drop|omit|miss|exclud|leave)(s|es|ped|ping|ted|ting|ed|ing)?.{0,12} (the )?(last|final|first)|past the end|out of (bounds|range)|<=? ?(\w+\.)?length|inclusive|exclusive|slice.{0,20}end/,
  race: /\brac(e|es|y|ing)\b|concurren|not atomic|non-?atomic|toctou|check.then|at the same time|simultaneous|interleav|lost update|without (a |any )?lock|read.modify.write|two (callers|requests|processes|writers|workers)|in parallel/,
  await:
    /(missing|without|forgot\w*|no|lacks?|never|not|un) ?(an? )?`?await|floating promise|promise.{0,20}(ignored|dropped|never|unhandled|not (returned|handled))|fire.and.forget|await.{0,16}(missing|forgotten|omitted)/,
  'lost error':
    /swallow|(empty|bare|broad) (catch|except)|catch.{0,40}(ignor|discard|nothing|drop|hides|silent)|(error|exception|failure|rejection)s?.{0,30}(ignor|lost|suppress|discard|hidden|dropped|silent|swallow|unhandled|not (handled|propagated|reported|caught))|silent(ly)? (fail|ignor|continu|return)|hid(es|ing) (the |real )?(error|failure)|unhandled (error|exception|rejection)|no error handling|unhandled/,
  'error message':
    /error message|stack trace.{0,30}(client|user|response|expos)|leaks? internal|(generic|unhelpful|vague) (error|message)/,
  leak: /\bleak|never (closed|released|cleared|removed|freed|unsubscrib|disposed|cleaned)|not (closed|released|cleared|removed|disposed|cleaned)|unclosed|clear(interval|timeout)|removeeventlistener|unsubscribe|stays? open|(listener|handle|descriptor|connection|timer|interval|subscription)s?.{0,30}(accumul|remain|pile|left)/,
  unbounded:
    /unbounded|no (upper |size )?(bound|limit|cap|eviction)|without (a |any )?(bound|limit|cap|upper)|grows? (forever|without|indefinite|endless)|never (evict|shrink|prune)|exhaust(s|ed)? memory|out of memory|entire (file|table|result|body|response).{0,30}(memory|load|read)|(load|read)s?.{0,20}(entire|whole|all).{0,30}memory|pagina/,
  'query in a loop':
    /n ?\+ ?1|(quer(y|ies)|request|fetch|lookup|database|db|round.?trip)\w*.{0,30}(in(side)? (a|the|each|every)? ?(loop|iteration)|per (row|item|record|user|order|element|id|entry)|for (each|every))|(loop|iteration|each (row|item|record|order|user)).{0,40}(quer(y|ies)|database|round.?trip)/,
  complexity:
    /o\(n|quadratic|nested loop|linear (scan|search)|inefficien|re-?comput|re-?pars|re-?compil|repeated(ly)? (scan|comput|pars|sort|creat|build|compil|filter|search)|(sort|compil|pars|creat)\w*.{0,24}(every|each) (call|time|iteration|request|render)|in(side)? (a|the) hot|needless copy|use a (set|map)/,
  blocking:
    /block(s|ing)? (the )?(event loop|main thread|io)|synchronous|readfilesync|writefilesync|execsync|sync (call|fs|i\/o|io)/,
  timeout:
    /no (timeout|deadline)|without (a |any )?(timeout|deadline)|hang(s)? (forever|indefinite)|waits? (forever|indefinite)|timeout.{0,16}(missing|absent|not set)/,
  retry: /\bretr(y|ies|ied)|backoff/,
  stale: /\bstale|\bttl\b|expir|invalidat/,
  transaction:
    /transaction|roll ?back|partial(ly)? (writ|updat|commit|appl|state)|half.?(written|done|applied)|inconsistent state|crash (between|mid)|not durable|fsync|temporary file|rename/,
  duplication:
    /duplicat|copy.?(and.?)?past|copied|repeats? (the )?(same )?(code|logic|block|regex|check|mapping)|same (code|logic|block|mapping|parsing).{0,30}(twice|again|as in|already)|\bdry\b|already (exists|have|has|provided) .{0,30}(helper|util|function)|reimplement|re-?invent/,
  naming:
    /\bnam(e|es|ed|ing)\b.{0,40}(mislead|unclear|convention|confus|vague|ambig|inconsist|describ|say|tell|style|camel|snake|terse|cryptic|meaning)|(mislead|unclear|confus|vague|inconsist|poor|bad|cryptic|ambig)\w*.{0,16}(name|naming)|\brename (it|this|the (variable|function|method|parameter|class|field))|single.letter/,
  magic:
    /magic (number|value|string|constant)|named constant|unexplained (number|constant|literal)|hard.?coded (number|limit|value|timeout|port|path|url|constant)/,
  unused:
    /unused|dead code|never (used|called|read|reached)|unreachable|leftover|commented.out|no longer (used|needed)|debug(ging)? (output|statement|code|print|log)|console\.log|redundant|superfluous/,
  size: /too (long|large|big|many (lines|parameters|responsib))|(long|large|huge) (function|method|class|file)|does (too much|several|many|two) |single responsib|split (it |this )?(up|into)|god (class|object)|deep(ly)? nest|nesting|cyclomatic|hard to (read|follow)/,
  types:
    /\bas any\b|`any`|type (assertion|cast)|\bcast(s|ing)?\b|untyped|as unknown|ts-ignore|type.?safe|weakens the type|type annotation/,
  documentation:
    /comment(s)?\b.{0,30}(outdated|wrong|mislead|missing|stale|explain)|doc ?(string|umentation)|jsdoc|undocumented|readme/,
  untested: /(no|not|un|without|missing|lacks?).{0,14}test(s|ed)?\b|test coverage|not covered/,
  layering:
    /layer|circular (import|depend)|cyclic|coupl|separation of concern|knows? about|depends? (directly )?(up)?on (the )?(http|database|db|ui|express|framework|infrastructure|transport)|belongs in|business logic in|bypass(es)? the (service|repository|abstraction|domain)|abstraction leak|leaky|dependency (inversion|direction)|inject(ed|ing)? (the )?(dependency|clock|client|it)/,
  global:
    /global (state|variable|mutable)|singleton|module.(level|scope).{0,16}(state|mutable|variable|cache|map)|shared mutable|process-wide/,
  mutation:
    /mutat|in.place|modif(y|ies) (its |the )?(argument|input|parameter|caller)|side.effect|aliasing|(shares?|returns?) (a |the |its )?(internal )?reference|defensive copy/,
  timezone: /time ?zone|\butc\b|local time|daylight|\bdst\b/,
  rounding: /floating.?point|rounding|round(s|ed)? |precision|\bcents\b|minor units|money|decimal/,
  encoding:
    /utf-?8|encoding|unicode|charset|surrogate|multi-?byte|escap(e|ing) (of )?(quote|comma|delimiter)/,
  regex:
    /redos|backtrack|regular expression.{0,30}(slow|exponential|denial|unanchored)|unanchored|regex.{0,30}(slow|exponential|denial|unanchored|matches|too)/,
  nan: /\bnan\b|parseint|parsefloat|radix|not a number|non-?numeric/,
  equality:
    /loose equality|strict equality|`?==`? (instead|rather)|===|type coerc|coercion|falsy|truthy|\|\| (instead|default)|nullish|`0`|zero (is|as) (treated|falsy|valid)/,
  inverted:
    /invert|negat(ed|ion)|wrong (way|condition|operator|comparison|direction|order)|should be (&&|\|\||<|>|and\b|or\b)|(condition|logic|check|comparison|comparator|sign) (is )?(reversed|flipped|backward|inverted|the wrong)|reversed|opposite|descending|ascending|swapped/,
  'status code':
    /status code|http (2|4|5)\d\d|responds? with (a )?(2|4|5)\d\d|returns? (a )?(200|201|204|400|401|403|404|409|422|500)\b|\b(200|404|500) (instead|rather)/,
  division: /divi(de|sion|ding)[^.]{0,12}(by )?zero|zero.{0,12}(divis|denominator)/,
  empty:
    /empty (array|list|string|input|collection|set|file|body|result|map|query|path)|no (elements|items|entries|rows)\b|when .{0,20}(is|are) empty|on an empty/,
  idempotency: /idempot|twice|double.?(charg|submi|count|process|send)|delivered again|replay|dedup/,
  default: /default (value|is|of|parameter|timeout|limit)|defaults to/,
  config: /configur|environment variable|\benv\b|feature flag/,
}

const PATTERNS = Object.entries(KINDS)

export const conceptsOf = (text: string): ReadonlySet<string> => {
  const lower = text.toLowerCase()
  return new Set(PATTERNS.filter(([, pattern]) => pattern.test(lower)).map(([kind]) => kind))
}
