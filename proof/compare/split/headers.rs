//! Which libraries what was compiled with packages of headers may be linked with.

use std::collections::BTreeSet;

/// A package of headers in a line, and behind it what is to be there: of names with a bar between them one; behind releases and a colon
/// what these have alone.
const TABLE: &str = include_str!("headers.txt");

/// Headers of what every image has, or without a library behind them.
const HEADERS: &[&str] = &[
    "libc6-dev",
    "libc-dev",
    "linux-libc-dev",
    "musl-dev",
    "python3-dev",
    "python-dev",
    "libpython3-dev",
    "libcrypt-dev",
];

/// Whether a package of headers belongs to the C library, a compiler or Python.
pub(super) fn are_of_compiler(name: &str) -> bool {
    HEADERS.contains(&name)
        || ["libstdc++-", "libgcc-", "python3."].iter().any(|it| name.starts_with(it))
}

/// Whether it is known which libraries belong to a package of headers.
pub(super) fn is_known(headers: &str) -> bool {
    row(headers).is_some()
}

/// Whether the libraries that belong to a package of headers are known in a release, and are all among the packages that are `there`.
pub(super) fn has_libraries(headers: &str, there: &BTreeSet<String>, suite: Option<&str>) -> bool {
    row(headers).is_some_and(|row| {
        row.split(' ').skip(1).all(|word| {
            let (suites, names) = word.split_once(':').unwrap_or(("", word));
            let elsewhere = !suites.is_empty()
                && suite.is_some_and(|suite| {
                    suite != "stable" && !suites.split(',').any(|one| one == suite)
                });
            elsewhere || names.split('|').any(|name| there.contains(name))
        })
    })
}

/// The row of a package of headers.
fn row(headers: &str) -> Option<&'static str> {
    let mut rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    rows.find(|row| row.split(' ').next() == Some(headers))
}
