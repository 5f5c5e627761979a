/** Kinds of defects of performance and of resources: by cause, by what follows, by what mends them. Cues: see concepts.ts. */
export const PERFORMANCE: Record<string, string> = {
  'query in a loop':
    'n+1, query|select|request|lookup|round|fetch|insert|database|trip loop|each|every|per|once, lazy load|relation, joinedload, eager load, prefetch relat, select_related, single|one query|where|request|in|select|batch|bulk loop|rather|instead|all|in, round trip, batch query|request|insert|lookup, loop query|database|await, dataloader',
  'no paging':
    'pagina, paging, page it|result|query, limit offset, ! limit query|row|select|clause, entire|whole|all|full catalogue|table|history|list|collection|result|record|row return|response|fetch|one, cursor limit, every|all row return|load|fetch',
  index:
    '! index, sequential scan, table|full scan, full text, trigram, index column|defeat|use|add|create, scan all|every|whole|entire row|table',
  'whole in memory':
    'whole|entire|complete|full|all file|body|stream|content|export|dump memory|load|read|buffer, readfile|readall|read memory|gigabyte|huge|large, stream file|through|instead|copy|rather|chunk|line, run|out of memory file|read|load, chunk|line line|chunk|time|read',
  unbounded:
    'unbound|unlimited map|cache|memory|growth|list|array|queue|buffer|set, ! evict|bound|limit|cap|remov|prun|shrink|max entr|map|cache|size|memory|entry, grow ! bound|limit|end|forever, grow forever|indefinite|constant|steadily|each|every, lru, evict, memory grow|rise|climb|increas|fill|swell, maximum size, size limit|maximum|max cache|map, oom|killed memory',
  'upload size':
    'upload size|limit|large|huge|megabyte|max|big, body|request|payload size limit|large|huge|max, reject file|upload|body above|larger|big|over, content length limit, maxbytesreader',
  listener:
    'listener|handler|observer|subscription accumul|remov|leak|!|pile|unsubscrib|off, off unmount|close|event, removeeventlistener, unsubscrib',
  unclosed:
    '! close|clos|released|free file|handle|body|rows|cursor|connection|descriptor|socket|stream|response|reader|statement, left|stay|remain|kept|keep open, unclosed, leak connection|handle|descriptor|file|socket|rows, defer close, with statement|block|open|file|context, descriptor leak|exhaust|open|thousand, context manager, finally close|releas, body close, run out descriptor|connection|handle, close end iteration|each|right',
  'defer in a loop': 'defer loop|iteration|for, defer function end|return only',
  timer:
    'interval|timer|timeout clear|cancel|unmount|stop|never|go|return, clearinterval, cleartimeout, effect clean|cleanup|teardown|return|unmount, unmount goes|continue|request|still|keep|after, leav page|view|screen request|keep|background|continue|still|poll, clean up effect|timer|interval',
  'goroutine leak':
    'goroutine|thread|task leak|stay|forever|block|! , ctx done, context cancel send|receiv|block|goroutine, channel block|nobody|receiv|send forever|stay|goroutine, nobody|!|none receiv|read channel|cancel, select done|ctx',
  concurrency:
    'unbound|unlimited|thousand|million|all|bound|limit|cap goroutine|concurren|parallel|promise|worker|task|thread|files|request, semaphore, worker pool, p limit, emfile, spawn each|every|per, concurren limit|bound|cap, promise all, too many open|request|connection',
  complexity:
    'o n²|n2|n, quadratic, nested loop, linear|linearly scan|search|lookup|list|each, use|make set|map|dict membership|lookup|test|instead|for|ids, membership list|set|test|linear, inefficien algorithm|lookup, hash map|set lookup, for each list search|includes|find|scan, copies everything|all|whole each|every|iteration, strings builder, join|builder|buffer string|concat|part, string concat loop',
  recomputed:
    'recomput|recalculat|re|again render|each|every|call|time, every|each|per render|call|request|invocation|time sort|pars|compil|creat|build|filter|comput|read|load|connect|construct, sort|filter|comput|deriv|list usememo|memo|computed|render, usememo, cach|memoi result|value|comput|once, compil regex|regexp|pattern|template call|level|once|package|each, hoist|lift|move out|package|module|loop, onc start|startup|module|load',
  rerender:
    'rerender, render again|needless|every|useless, usecallback, new function|object|array|reference|closure render|each|every, memo useless|defeat|break|row|child, inline arrow|function|handler|callback',
  'render size':
    'virtual list|scroll|row|item|window, thousand|many|large|long dom|freez|unresponsiv|render|page|tab|slow, freez page|tab|browser, dom node|all|thousand|put',
  debounce:
    'debounc, throttle input|scroll|key|search|typing, keystroke|typing|key|keypress each|every|hit|request|server|letter',
  bundle:
    'bundle size|whole|kb|large|weight, whole|entire|complete lodash|library|package|moment import, import only|just need|function|part, kb adds|extra|single, tree shak, lazy load route|component|chunk, code split',
  blocking:
    'block event loop|main|thread|async, event loop, sync|synchronous fs|read|call|api|handler|io|i/o|file|request, readdirsync, readfilesync, writefilesync, execsync, promise api, blocking call|request|io|handler|async, async client|http|version|variant|library instead|use|such, stall|freeze other|all|every request|user|during|while, run_in_executor, to_thread',
  'layer cache':
    'layer cach|reinstall|order, copy package|lock|requirement first|before, reinstall dependenc|all|every|change, copy preced|before|ahead install|npm|pip, docker cach',
  'resource limits':
    'resource limit|request|quota, limit|request cpu|memory, cpu memory limit|set|!, starve node|pod|neighbour|other, greedy|noisy pod|container|neighbour, pod|container memory|cpu node|all|entire|limit',
  'database lock':
    'lock table|write|migration|row|index, concurrently, migration lock|block|still|write, write block|wait|still|stand migration|table|index|while, key block|scan redis, =keys scan|block|production|redis|redi, =scan iterat|instead|with|use',
  'busy loop':
    'busy loop|wait, spin cpu|loop|core, idle core|cpu|burn|use, poll instead|block|rather|sleep|tight, burn|use|peg|entire|whole core|cpu',
  'deep watch':
    'deep watch|compar|true|travers, watch deep|whole|entire, travers each|whole|entire|every change',
  compression: 'gzip, compress, brotli',
  cardinality: 'cardinalit, label metric|prometheus|series|id|unbounded, time series each|every|per',
  'no ttl':
    '! ttl|expiry|expiration|expire key|entry|cache|redis|redi|result, ttl|expire key|redis|redi|result|set, fill|full redis|cache|memory indefinite|kept|forever, kept|stay|remain indefinite|forever|ever',
  disk: 'disk fill|full|run|space, rotat log|file|backup, retention, old backup|log|file|artifact delet|remov|prun|never|kept, prune|delete old|backup',
  copying:
    'needless|unnecessary|extra|superfluous copy|clone|alloc, deep cop|clone, realloc, preallocat, capacity',
  'loaded each time':
    'loaded|load|loads|read|opened|connect per|every|each|single request|call|keystroke|page|invocation, load|create|open once|startup|start, startup|start load|once, connection pool|per',
  polling: 'poll|polls|polling every|second|interval|push, battery, push longer|instead|polling',
  activation:
    'activat startup|start|event|star|specific, start|starts slow|slower|slowly, lazy|lazily load|initial|activat',
  'in the database':
    'fetch|load|read add|sum|count|aggregate|filter memory|code|go|python|javascript|database|only, sum|count|aggregate database|sql|query',
  'incremental build':
    'every|each build|run resiz|rebuil|regenerat|again|all, nothing changed, skip newer|unchanged|existing|output, mtime',
  'thread per task':
    'thread per|each|every|unlimited, executor|executorservice, fixed size pool|executor|thread, burst tasks|requests|machine',
  vectorise: 'vectori, row|rowwise apply|wise|loop|iterrows, iterrows, numpy',
  cancellation:
    'cancel|cancellation token|requested|ignored|check, token iscancellationrequested, keeps|continues computing|running|working stop|asked|cancel|cancelled',
  'dependency cache':
    'cache dependency|dependencies|npm|pip|setup|let, dependencies downloaded|installed every|each|again',
  expiry: 'artifact|artifacts kept|forever|expire|retention, expire in',
}
