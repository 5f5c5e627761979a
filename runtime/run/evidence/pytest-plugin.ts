/**
 * The plugin through which pytest tells what happened: in a file of its own for every run, because what a test prints
 * must not be able to pass for a result, and JUnit XML keeps neither the exception nor what it was about. One JSON
 * object a line; the last one says that the session came to its end.
 */
export const PLUGIN = `
import json, os, re, sys, traceback
import pytest

OUT = os.open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "report"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
OWNER = os.getpid()
MUTE = False


def pytest_configure(config):
    # A worker of pytest-xdist hands its reports to the one that we listen to.
    global MUTE
    MUTE = hasattr(config, "workerinput")


def say(**event):
    if os.getpid() == OWNER and not MUTE:
        os.write(OUT, (json.dumps(event) + "\\n").encode())


def file_of(thing):
    """Where a module, a class, a function or the class of an object is written."""
    name = thing.__name__ if hasattr(thing, "__file__") else getattr(thing, "__module__", None)
    if not isinstance(name, str):
        name = getattr(type(thing), "__module__", None)
    return getattr(sys.modules.get(name), "__file__", None)


def called(error, frame):
    """The file of the function that did not take its arguments, if the test knows it."""
    match = re.match(r"([\\w.]+)\\(\\) (?:got|takes|missing)", str(error))
    if match is None:
        return None
    first, last = match[1].split(".")[0], match[1].split(".")[-1]
    for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
        if getattr(value, "__name__", None) in (first, last) and not hasattr(value, "__file__"):
            return file_of(value)
        if hasattr(value, "__file__") and hasattr(value, first):
            return file_of(getattr(value, first))
    return None


def described(error, text):
    """What was raised, about what, and where: enough to tell a missing unit from a broken test."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    fact = {
        "types": [each.__name__ for each in type(error).__mro__],
        "text": str(error)[:2000],
        "shown": text[-4000:],
        "last": frames[-1].f_code.co_filename if frames else None,
        "path": None,
    }
    if isinstance(error, ImportError):
        fact.update(module=error.name, path=error.path)
    elif isinstance(error, SyntaxError):
        fact.update(path=error.filename)
    elif isinstance(error, AttributeError):
        fact.update(path=file_of(getattr(error, "obj", None)))
    elif isinstance(error, TypeError) and frames:
        fact.update(path=called(error, frames[-1]))
    return fact


def cause_of(error):
    """Of a module that cannot be collected pytest raises an error of its own."""
    if type(error).__name__ == "CollectError" and error.__cause__ is not None:
        return error.__cause__
    return error


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    outcome = yield
    report = outcome.get_result()
    call = getattr(report, "call", None)
    if call is not None and call.excinfo and hasattr(collector, "path"):
        error = cause_of(call.excinfo.value)
        report.told = dict(path=str(collector.path), error=described(error, report.longreprtext))


def pytest_collectreport(report):
    told = getattr(report, "told", None)
    if told is not None:
        say(event="skipped-file" if report.skipped else "broken-file", **told)


def pytest_collection_finish(session):
    for item in session.items:
        say(event="collected", node=item.nodeid, path=str(item.path))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.told = dict(path=str(item.path))
    if call.excinfo is not None and report.failed:
        report.told["error"] = described(call.excinfo.value, report.longreprtext)


def pytest_runtest_logstart(nodeid, location):
    say(event="started", node=nodeid)


def pytest_runtest_logreport(report):
    told = getattr(report, "told", {})
    say(
        event="phase",
        node=report.nodeid,
        outcome=report.outcome,
        xfail=hasattr(report, "wasxfail"),
        text=report.longreprtext[-4000:] if report.failed else "",
        **told,
    )


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    say(event="end")
`.trimStart()
