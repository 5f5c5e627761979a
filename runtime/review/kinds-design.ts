/** Kinds of defects of style, tests and architecture: by cause, by what follows, by what mends them. Cues: see concepts.ts. */
export const DESIGN: Record<string, string> = {
  duplication:
    'duplicat code|logic|block|comput|pars|function|lines|body|helper|valid, copy past, copied from|block|logic|lines, repeat|same code|logic|body|block|comput|lines|literally|calculation, extract|factor|share|pull|move helper|common|shared|repeated|out, =dry, reimplement, reinvent, already exist|helper|util',
  naming:
    'name mislead|unclear|convention|confus|vague|ambig|inconsist|nothing|describ|say|tell|style|cryptic|mean|better, rename, says|tells|reveals nothing|little|hold|about|mean, =call it, single letter, naming, snake|camel case',
  unit: 'unit miss|name|suffix|second|unclear|metric|millisecond, suffix seconds|ms|bytes, seconds milliseconds|name|call|unit',
  magic:
    'magic number|value|string|constant|literal, name constant|number|literal, named constant, unexplained|bare number|literal|constant, extract constant',
  'dead code':
    'dead code, unused, never|cannot|! reach|read|used|execut|called|run, unreachable, commented out, no longer used|need, after|below return, redundant, superfluous, delete|remove function|branch|import|unused',
  leftover:
    'leftover, debug output|statement|print|log|code, console log, print remove|logging|debug|leftover, todo, fixme',
  size: 'too|very|extremely long|large|big|complex|nested|many function|method|class|file|component|lines|parameter|argument|branch, function|method|component|handler lines|long|nest|level, split|break|divide up|into|function|smaller|component|class, smaller function|pieces|unit|part, nesting, cyclomatic, level nest, early return nest|flat',
  'god object':
    'god object|class, responsib, knows|does|handles everything|once|several|too|many, single responsib, split|break up responsib|class',
  types:
    '=any type|typed|cast|instead|rather|action|parameter|unknown, cast, type assertion|safe|annotation|union|guard, untyped, unknown narrow|cast, ts ignore, discriminated union, generics, type hint',
  documentation:
    'comment outdated|wrong|mislead|missing|stale|explain|contradict|lie, docstring, doc comment, jsdoc, undocument, documentation, readme, document unit|public|param|behav, public undocumented|comment|doc',
  untested:
    'untested, ! test|covered|coverage cover|branch|case|path|test|unit|behav, test cover|miss, add test|case, coverage, cover branch|test|case',
  'vacuous test':
    'test assert|fail|pass nothing|never|! , assert nothing|!|anything|always|real, always pass|green|true|succeed test, test prove|verif|exercis nothing|!, expect|assertion miss|!|no|without test, mock itself|everything|under',
  flaky:
    'flaky, flak, sleep test|assert|wait|fixed|before, test time|slow machine|order|clock, wait condition|event|poll test|instead, intermittent, deterministic test|clock|seed',
  layering:
    'layer import|depend|violat|bypass|http|domain|presentation|wrong, domain know|import|depend web|http|database|ui|framework, import from http|web|ui|layer|controller|upper|database, depend direction|around|inver|upward|concrete|framework|http, separation concern, business logic controller|view|route|component|handler, bypass service|repository|layer, abstraction leak, leaky, turn dependency|around, interface depend|inject|port|behind, dependency inver|inject',
  cycle:
    'circular import|depend|refer, cyclic import|depend, import cycle, imports which|again|each|other|back|mutual, initialised|initialized|loaded first, depend each other',
  'global state':
    'global state|variable|mutable|let|singleton, singleton, module level|scope|wide state|let|mutable|variable|cache|map|set, shared|process mutable|wide state|global, set everywhere|anywhere, test depend|influence order|other|state|each, =let module|set|everywhere',
  coupling:
    'coupl tight|to|module|with|class|loose, hard wired|wire|coded client|depend|class, inject client|clock|depend, concrete class|implement|depend',
  accessibility:
    'accessib, a11y, aria, screen reader, =alt text|image|attribute|without|missing|!, input|field|form label|without, label field|associate|input|!, focus trap|dialog|lost|order|keyboard|visible, keyboard user|navig|reach|operat, contrast, reader announce',
  translation:
    'i18n, transla, locali, internationali, hard|coded string|text|label ui|user|english|hard|language, locale string|text',
  'error context':
    'wrap error|%w|err|chain|context|cause, chain los|error|errors, %w, errors is|as, cause lost|los|attach|preserv|keep|swallow error|wrap|rethrow|original, original error|stack los|drop|preserv|keep, context error message',
}
