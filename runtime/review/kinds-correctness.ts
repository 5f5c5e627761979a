/** Kinds of defects of correctness: by cause, by what follows from them, by what mends them. Cues: see concepts.ts. */
export const CORRECTNESS: Record<string, string> = {
  'absent value':
    '=null, undefined, =nil deref|pointer|check|return, nonetype, =none check|attribute|deref|returns|be|may|get|unknown, attributeerror, typeerror, nullpointer, optional chain, cannot read propert, deref, null|nil|none|undefined|existence check|guard, 404 add|answer|raise|instead|rather|500, 500 instead|rather|404, does ! exist crash|500|throw|give|fail, may|can absent|missing|undefined|none|null, unknown id|key|address|row crash|none|undefined|null|throw, unwrap|expect panic, if row|record|user|order missing|!|not',
  'missing argument':
    'argv|argument miss|without|absent|start|usage, usage print|instead|rather, without argument',
  'nil map': '=nil map|write|assign, initiali|initialise map|make|with, make map, panic first|set|map|assign',
  'off by one':
    'off by one, fence post|fencepost, one too|short many|few|far, skip|drop|omit|miss|leave|left|lost|exclud last|first|final element|item|entry|page|row|window|line|record|day|one|byte, past end, out|of bounds|range index|access|read, inclusiv|exclusiv, start 0|zero|one|1 month|index|count, month 0|zero, minus|plus one, should be <|<=|>|>=|length, n-1|n+1 should|instead|rather|meant, <=|>= should|instead|<|>, back|adjacent back|touch refus|collid|conflict|overlap, begin|end exactly|boundary, boundary condition|value|case|wrong|off',
  race: 'race, racy, ! atomic, data race, toctou, check then act|insert|set|write|use, same time|moment both|two|pay|pass|get, simultaneous, interleav, lost|lose update|increment|count|write, lock row|update|select|!|hold|around|mutex|mu|without, mutex|mu ! hold|protect|guard|without, concurrent map|request|call|access|write|goroutine|caller|read|modif|update|run, many|several|two|multiple|different goroutine|thread|request|worker|process|people|caller both|without|lock|atomic|same|interleav|update|take|pass|write|increment, atomic make|use|increment|operation|int|counter|int64|instead|incr, get|read then set|write, incr use, between check|and another|other|request|read, for update, unique|exclusion constraint, serializ|serialis transaction|isolation, conditional update, optimistic lock|version, advisory lock, compare swap',
  deadlock:
    'deadlock, mutex|lock ! unlock|releas|path|return, lock|mutex leave|left|stay|remain locked|held, defer unlock, unlock early|return|!|path|defer|finally, lock order',
  'copied lock': 'mutex|lock|waitgroup cop, value receiver, pointer receiver',
  waitgroup: 'wg add, waitgroup add|done, add inside|within|before goroutine',
  'captured variable':
    'loop variable, captur closure|loop|goroutine|variable, all|every|each goroutine|callback|closure last|same|handle, closure loop|shared|over|captur',
  await:
    '! await, await forgotten|forgot|miss|omit|add, float promise, promise drop|ignor|discard|nobody|unhandled|dangling|!, fire forget, unhandled reject, coroutine ! await, await attach|catch|or, await|wait the|it|for result|send|mail|save|write|call|before, async ! await|waits|finish, rejection unhandled|lost, nobody|nothing waits|awaits, return|returned promise, process exit|down reject|promise, response sent before stored|saved|written|finish',
  'async iteration':
    'async foreach|map|filter|reduce|callback, foreach await|async|wait|replace|of, for of await|foreach, resolv before finish|done|complet|callback',
  'lost error':
    'swallow, empty|bare|broad catch|except|rescue, catch ignor|discard|nothing|drop|hide|silent|everything|all, except pass|all|exception|only|everything|hides, error|err|exception|failure|reject ignor|lost|suppress|discard|hidden|hide|drop|silent|throw|away|unnoticed|unchecked|!, return value ! check|look|used|ignor, silent fail|ignor|continu|skip, ! error handl|check|inspect|look|handle, unchecked, catch only|specific expect|narrow|exception, rethrow, log rethrow|error, fail|failed|failure|flush unnoticed|notic|report|anyway|success, success anyway|although|though|even|despite|report fail|failure, check what|error|return|err returns|error, reply|replies|answer|return|returns 200 failure|error|fail|anyway|still, hides|mask every|real|error, unhandled error|exception, rows err, iteration|loop abort|aborted|err|error short',
  'shadowed variable':
    'shadow, declar new err|variable|outer|inner|block, outer ! assigned|set|stay|remain|returned|nil|variable',
  'error not shown':
    'failed|fail|error|failure|refus show|shown|display|see|tell|user|toast|feedback nothing|!|user, user|they see|notice|told|learn nothing|!, feedback, error message|state|toast|banner show|display|!',
  panic:
    'recover panic|!|defer, panic whole|entire|brings|down|process|worker, recover, uncaught exception|throw|error',
  'type assertion': 'type assert, comma ok, two value form, assert panic|unchecked|ok',
  transaction:
    'transaction wrap|one|without|!|single|miss|outside|same, roll back, rollback, half written|done|applied|complete|saved|finished, partial write|update|commit|state|appl|saved, crash|fail|failure|second|error midway|between|halfway|half|keep|leave, independent|separate statement|write|insert, all or nothing, inconsistent state|data, orphan, atomically both|together|save|write, together roll|commit|fail',
  commit:
    '! commit, commit miss|call|forgot, flush ! commit, vanish|disappear|lost|gone|stored row|session|nothing|data|close',
  'atomic write':
    'rename temp|temporary|write, ! atomic write|file, truncat first|write|kill|crash|empty, write temp|temporary|rename, half|partial|empty|corrupt|truncated file|configuration|config kill|crash|interrupt|write|leave, fsync',
  retry:
    'retry|retries|retried|retrying, backoff, back off, attempt max|maximum|number|cap|limit|end, hammer, dead letter, requeue, poison, circulat, redeliver eternal|forever|again|immediate',
  idempotency:
    'idempot, twice credit|charg|paid|pay|proces|deliver|run|send|submit|create|start|bill|handle, double charg|submit|credit|count|process|send|click|booking, deliver|arriv|sent|receiv again|twice|once|more, redeliver, replay, dedup, duplicate event|skip|message|deliver|request, processed|seen event|id|ids|message record|remember|store|skip, second run fail|exist|again, run again|twice fail|exist, already exist fail|run|second, idempotency key, disable button pending|while|submit|request',
  'double close':
    'close|clos|stop|cancel twice|double|again|second panic|call|clos|done, sync once, once guard|clos|close',
  'closed channel': 'send clos|close channel, closed channel, panic send|submit|clos|close while|still|after',
  acknowledge:
    'ack before|early|ahead|after|process|until|premature, acknowledg before|early|after|process|until, message|job|work lost|lose|lost|disappear|loses crash|kill|worker, offset commit before|early',
  context:
    'context background, ctx background|pass|propagat|cancel|caller|parent|through, context pass|propagat|cancel|caller|parent|ignor, cancel ! reach|propagat|honour|honor|effect|stop, context todo',
  timeout:
    '! timeout|deadline|limit hang|wait|call|client|request|http|gateway|get|set, timeout miss|set|add|client|request|pass|configure, deadline set|miss|!|add, hang|hangs|stall|block|blocks|wait|waits forever|indefinite|good|limit|end|ever|worker|request|hangs|provider, never answers|respond|return|reply occup|hang|block|worker|wait, stalled peer|server|upstream',
  'stale response':
    'response|result order|older|old|previous|late|stale|wrong|another query|term|request|search|arriv|display|overwrit|show, abort pending|request|previous|inflight|flight|old, abortcontroller, out|of order response|result|arriv, fast|quick typ|switch|click previous|old|older|result|wrong',
  'stale value':
    'stale, depend array|miss|list|hook|effect, effect depend, closure hold|captur|keep|stale first|old|initial|value, old|previous|former|first project|address|value|url|prop still|poll|used|never|seen, exhaustive deps, invalidat cache|entry|after|!, outdated value|cache|data|entry, ttl ignor|compar|check, expired entry|value|return|serve|still',
  reconnect:
    'reconnect, connect again|lost|drop|network hiccup|until|silent|reload, network hiccup|drop|lost|outage silent|reload|reconnect',
  'socket left':
    'socket|websocket|eventsource|connection close|clos|unmount|pile|open, connection pile|accumul|multiply|stack, onunmounted, unmount clos|close|counterpart|disconnect',
  'react key':
    'array|list index key|keys, key index|stable|list|item|rather|unique, keys, wrong row|item|component state|input|value, stable key|id|identifier, match|reus|identif item|row|element|component position|index',
  'status code':
    'status code, =201, =204, =409, =422, 200 instead|rather|creat|error|though|ok, http status|code|4|5, status_code, creation return|respond 201|code|status, res ok, response ok|status check|!, reject http|error|status|404|500, fetch ! reject|throw, 500 pars|treat|json|result',
  'exit code':
    'exit code|status|zero|0|non|nonzero, process exitcode, exitcode, exit code ignor|check|!|failure, check true, ci|build|pipeline take|think|see|report|stay|success|green failed|fail|failure, returncode, nonzero, failing|failed command|process raise|ignor|unnoticed|success',
  'standard error':
    'stderr, stdout error|diagnostic|message|log|write|mix|pollut, pipe output error|diagnostic|message',
  division:
    'divi zero|0, division, zerodivision, zero denominator, empty input|list|sequence|set|array crash|mean|average|report|divi|throw, =len|length|count 0|zero guard|check|empty, mean|average empty|nothing',
  'empty input':
    'empty name|string|value|title|input accept|reject|valid|submit|allow|before|test|!, blank|whitespace name|string|input|value, emptiness, trim empty|test|check|valid, required field|input|name',
  validation:
    '! valid|validat|validated|sanitiz|reject|rejected|clamp|range|check|bound input|negative|range|amount|value|user|qty|quantity|limit|id|size, negative quantity|amount|number|value|qty|price|count, valid schema|input|range|negative|param|parameter|numeric, malformed, accept any|negative|arbitrary|as|given, trusts|trusted input|client|caller|value',
  nan: 'nan, parseint, parsefloat, radix, ! number, numeric|number check|valid|that|is, non numeric, number param|req|string|abc',
  rounding:
    'float, double|doubles drift|ieee|money|amount|price|sum|precision, rounding, precision, cents, minor unit, decimal',
  'negative result':
    'negative total|amount|price|balance|result|sum|yield|become, clamp zero|total|min|0|!|at, below zero, larger|more|exceed subtotal|total|price|amount, max 0',
  overflow:
    'overflow, wrap|wraps around|negative, int32, int64 use|instead|convert, truncat integer|number|int|bits|value',
  equality:
    'loose|strict equality, eqeq instead|rather|use|coerc|string, coercion, compar address|pointer|identity|reference|object, pointer compar|compared|equal, bytes equal, equals instead|use|rather, identity compar|equal|instead, deep equal, is literal|instead|compar string|number',
  falsy:
    'nullish, oror, falsy, truthy, zero|0|explicit|empty override|treat|unset|count|default|ignore|ignored|replace, explicit 0|zero|false, always true|false|truthy, switch|turn|set off|zero|false cannot|impossible|!, false cannot|ignored|never',
  inverted:
    'invert, negation|negated, wrong way|condition|operator|comparison|direction|order|sign|variable, condition|logic|check|comparison|sort revers|flip|backward|opposite|wrong|swap, swapped, should be ampamp|oror|and|or|plus|minus, ascending|descending',
  'sort order':
    'sort compar|lexicograph|string|numeric|default|alphabetic|comparator|number, lexicograph, comparator, 10 before|ahead, stable sort|order|tie',
  mutation:
    'mutat argument|param|input|state|prop|reducer|shared|caller|array|in|props|object|directly|list, place in|sort|sorts|works reorder|argument|cached|shared|caller|array|original, modif argument|input|caller|parameter|original, side effect, alias|aliasing, defensive cop, cop before|first|array|list sort|modif|mutat|return|sorting, spread|immutab|new array|object|copy instead|return|push|rather, push|splice|assign previous|state|props|parent|existing|belongs, emit event parent|instead, props|prop alter|change|modif|belongs|parent, identity see|change|subscriber|compar',
  'mutable default':
    'mutable default, default argument|param list|mutable|shared|dict|one|evaluat, default none creat|inside|instead|list|dict, shares|shared one|same list|dict|object|default calls|all|between, results|state|items earlier|previous leak|appear|later calls|run|one|runs, none inside|creat|default list|dict',
  'mutation while iterating':
    'modif|remov|delet|mutat|chang while|during iterat|loop|walk|travers, iterat cop|over|backward|while remov|modif|delet, remove rows|list|loop|for skip|skips|shift, every second|other bad|element|item|row surviv|skip|remain|left, removal shift|skip, comprehension instead|build|filter|new',
  timezone:
    'time zone|zones, timezone, utc, local time, daylight, naive date|datetime|value, offset omit|aware|naive, tzinfo, aware naive|datetime|compar, previous|wrong|next day west|east|user|shown|date|midnight',
  calendar:
    'getmonth, month start|index|0|zero|january, weekday saturday|sunday|==|5|6, sunday, leap year, weekend, 30 days month, february',
  'date boundary':
    'overlap test|wrong|interval|miss|check, interval enclos|overlap|contain|within, enclos, reserv|book twice slot|same',
  encoding:
    'utf 8|8859, utf8, encoding, unicode, charset, codepage, code page, umlaut, garbl, surrogate, multibyte, mojibake',
  'header row':
    'header record|row|line|skip|counted|first|csv, first line|row skip|header|treat|counted, next reader|missing',
  regex:
    'redos, backtrack, catastrophic, quantifier, exponential pattern|regex|time, regex|pattern|regular slow|exponential|denial|freeze|hostile, hostile|crafted name|input|pattern|string freeze|hang|minutes|slow, anchor regex|pattern|!|start|unanchored, unanchored',
  'regex escape':
    'escape|escaped dot|regex|pattern|special|character|regexp|metachar, any character matches|dot, =dot escape|escaped, regexp quote',
  'regex state':
    'lastindex, flag|=g global|keep|remember|regex|call, every second|other call|match|time false|differ|fail, same file|input|string twice|again row|different|answer|result',
  symlink: 'symlink, symbolic link, link cycle|follow|parent|recurs|loop, visited inode, infinite recurs',
  recursion:
    'recurs infinite|endless|unbounded|deep|stack, stack overflow, infinite loop, loop never|! end|terminat',
  platform:
    'windows, backslash, separator, path sep|join, posix only, platform specific|depend, line ending|crlf, case insensitiv',
  'json parse':
    'json parse guard|throw|try|catch|!|invalid|malformed, syntaxerror, typo config|file|json|stack|trace, invalid|broken|malformed json|config trace|crash|friendly|message',
  buffer: 'maxbuffer, buffer max|limit|size|1, output|print more|large|than 1|mb killed|kill|truncat|fail',
  'double submit':
    'double click|submit|tap, impatient, submit twice|again|double, disable button, button pending|disabl|while request|submit|save',
  'missing default':
    'default case|branch|clause, exhaustive|exhaustiveness switch|check|never, unknown action|type|kind|value fall|undefined|return|ignored, fall|falls off|through end|case|switch, switch ! handle|cover|default',
  'unpinned version':
    'unpin, pin version|image|digest|depend|base|exact|it, latest tag|from|image|build|version, irreproduc, reproducib, digest',
  probe:
    'readiness, liveness, startup probe, probe health|database|restart|fail|!|check, traffic rout|sent|reach pod|start|ready|before, health check depend|database|restart|!|endpoint, outage restart pods|all',
  'shell strictness':
    'set -e|e, set -u|-euo|-eu|pipefail, errexit, pipefail, carries|continu|goes|keep on|after|despite fail|failing|failed command|script|step|error, pipeline|pipe exit|status|fail|success|0|first, script continu|stop fail|error, broken|failed looks|good|success',
  'unquoted variable':
    'unquot, quote variable|dir|path|expansion|put|in, space|spaces|whitespace|blank name|path|directory|file wrong|split|break|delet|name, word split, shellcheck',
  'unset variable':
    'unset|empty|undefined root|variable|rm|dir|path|env, rm rf empty|root|unset|var, root file system, wipe|delete everything|root|disk',
  'unchecked cd':
    '=cd fail|unchecked|check|exit|should|error|guard|succeed, current directory execut|delete|run|wrong|instead, wrong directory',
  'object versions':
    'versioning, accidental delet|overwrit, delete|deleted|lost good|recover object|version, soft delete, deletion protect, undelete',
  replicas:
    'replica single|one|more|two, downtime, highly|high availab, rolling update, single point failure, disruption budget',
  'graceful stop':
    'sigterm, graceful, grace period|short|longer|second, terminationgraceperiodseconds, shutdown drain|wait|finish|graceful|running, kill running|mid finish|job|request, sigkill',
  migration:
    'down migration|script|step, revers migration|irrevers, irrevers, go back bad|release|deploy|after, roll back release|migration|schema|deploy',
  'column constraint':
    '=not null default|column|rows|existing|add, null default column, add column default|fail|rows|existing|null|backfill, backfill, existing row|rows fail|null|violat',
  'foreign key':
    'foreign key, referen integrity|constraint|longer|exist|dangling, refer longer|exist|deleted|gone|dangling|queue, on delete|cascade, dangling refer|row|id, orphan row|record',
  'backup check': 'restor test|check|backup|verif|never, backup test|verif|valid',
  arguments:
    'argument order|swapped|swap|wrong|revers|miss, parameter order|swap, wrong argument|parameter|variable|key|field passed|used|compar',
  'memory safety': 'use after free, double free, buffer overrun, dangling pointer',
  config:
    'configur miss|default|fall|fallback|hard, environment variable miss|default|unset|valid|start, feature flag',
  'data leakage':
    'data leak, fit|transform test|split|before|training, training portion|set|part only, evaluat better|optimistic|reality',
  reproducibility:
    'random state, random_state, seed, two runs different|differ, reproducib, cannot compare runs, nondeterminis',
  imbalance:
    'imbalance, stratif, rare class, minority class, accuracy positives|class|metric|precision|misleading',
  'join cardinality':
    'many to many, join duplicat|rows|multipl|times|several, merge times|rows|duplicat|several|multipl, counted several|twice|double|multipl, cartesian',
  'lost result':
    'chained assign, settingwithcopy, assign temporary|copy, returns new thrown|discard|ignor|frame|string|list, outcome|result thrown|discard|unused, original remains|unchanged',
  heartbeat: 'heartbeat, ping|pong, keepalive|keep alive, dead|died connection|peer|client, half open',
  'slow consumer':
    'slow client|consumer|reader|subscriber, blocking send, buffer full, select default drop|send|with, keep up',
  'hash contract':
    'hashcode, hash code|contract, equals without|overrid hash|hashcode, hashset, hashmap bucket|key|mutable',
  visibility:
    'volatile, happens before, synchroni|synchronis|synchroniz flag|thread|field|without, see change|false|update thread|worker|may|never, memory visib|barrier|order',
  'fall through': 'falls through, fallthrough, missing break, =break missing|case|after',
  'stuck state':
    'spinner, loading flag|state|forever|reset, finally reset|flag|set|branch, stuck loading|state|disabled',
  'feedback loop':
    'own output|change|write|event, triggers itself|next|again, rebuilds|rebuild endless|loop|again, feedback loop',
  'key collision':
    'collision, collid, overwrites|overwrite first|other|same|notice|silent|key, same slug|key|name|id twice|two|both|map, duplicate key|name|slug',
  'currency unit': 'currency, minor unit, multipl 100 currency|cents|amount, yen|jpy|euro, exchange',
  'consumed stream':
    'stream|body|reader|iterator|generator twice|reused|again|drained|consumed|exhausted|left, body empty|read|nothing second|twice|attempt|left, rewind|seek body|reader|stream',
  framing:
    'chunk|chunks message|parsed|arrive|boundary|json, several|many pieces|parts|chunks, content length buffer|until|announced, message split|partial|complete|boundary',
  'orphan process':
    'orphan|orphaned process|server|child, child kill|killed|killing|process exit|left|remain|zombie, zombie, process group',
  'start order':
    'depends_on, start|startup order|before|wait database|ready|service|network|dependency, cold start, boot network|fails|before, accepts connections, network online',
  'restart policy':
    'restart policy, restart always|unless|forever|once|crash, crash loop, restarted once|forever|immediately',
  persistence:
    'volume, persist|persistent data|lost|container|recreated, recreated|recreate container|data, data vanish|lost container|restart',
  'branch rule':
    'any|every|feature branch deploy|publish|release|production|push, restrict branch|main|job, rules deploy|main|branch|job, push production',
  'skipped test':
    '=only left|test|tests|file, skipped test|tests, other tests skipped|ignored|run, allow_failure, broken|failing tests stop|release|ignored|block|gate',
  'data protection':
    'final snapshot, deletion protection, destroy|destroying data|loses|database|instance, protect deletion|destroy',
  'temporary left':
    'temp|temporary|tmp dir|directory|file|folder removed|clean|left|remain|delete, trap exit, aftereach, clean up after|each|exit|finally|temp',
  portability: 'gnu|bsd syntax|date|sed, macos|mac run|fail|work|different, posix|portable|portab',
  'parallel runs':
    'concurrency group, flock, overlapping|overlap runs|builds|executions|jobs, parallel runs|run|builds|publish, again before done|finished|previous, serialise|serialize builds|runs|jobs|queue',
  'cleanup path':
    'decrement, early return skip|skips|without, error path decrement|release|reset|cleanup, only goes|rises up',
}
