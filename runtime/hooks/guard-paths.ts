/** Which file is a test by its name: the runners' habits, since none is asked here. `submit` looks closer. Pure. */

/** `a.test.ts`, `a_test.go`, `test_a.py`, `a-spec.js`, `conftest.py`. */
const NAME = /(^|[._-])(tests?|spec|e2e)[._-]|^conftest\.py$/i

/** @param path relative, forward slashes */
export const isTestPath = (path: string) => NAME.test(path.slice(path.lastIndexOf('/') + 1))
