//! Which packages of PyPI bring the libraries that they are linked with.

use super::wheels::OPENED;

/// A package in a line, with the first version that has wheels for each Python 3.x; without any, it has no machine code.
const TABLE: &str = include_str!("pypi.txt");

/// Extras that bring nothing which is linked with libraries of the system.
const EXTRAS: &[&str] = &["standard", "redis", "async", "email", "argon2", "srv", "bcrypt"];

/// Whether what a line of a list asks for needs no library of the system on Python 3.`minor`, or one that is known.
pub(in crate::compare) fn brings_its_libraries(line: &str, minor: &str) -> bool {
    let line = line.split(" #").next().unwrap_or(line).trim();
    if line.is_empty() || line.starts_with('#') {
        return true;
    }
    let asked: String =
        line.split(';').next().unwrap_or(line).split_whitespace().collect::<String>();
    let end = asked.find(['[', '=', '<', '>', '~', '!']).unwrap_or(asked.len());
    let (name, rest) = asked.split_at(end);
    let (extras, versions) = match rest.strip_prefix('[').map(|rest| rest.split_once(']')) {
        None => ("", rest),
        Some(Some((extras, versions))) => (extras, versions),
        Some(None) => return false,
    };
    if !extras.split(',').all(|extra| extra.is_empty() || EXTRAS.contains(&extra)) {
        return false;
    }
    let name = name.to_ascii_lowercase().replace(['_', '.'], "-");
    if OPENED.iter().any(|(package, _)| *package == name) {
        return true;
    }
    let mut rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    let Some(row) = rows.find(|row| row.split(' ').next() == Some(&name)) else { return false };
    let mut floors = row.split(' ').skip(1).filter_map(|floor| floor.split_once(':')).peekable();
    if floors.peek().is_none() {
        return true;
    }
    let Some((_, floor)) = floors.find(|(one, _)| *one == minor) else { return false };
    versions.split(',').filter(|clause| !clause.is_empty()).all(|clause| {
        let at = clause.find(|c: char| c.is_ascii_digit()).unwrap_or(clause.len());
        let (operator, version) = clause.split_at(at);
        match operator {
            // The newest is taken.
            ">=" | ">" | "!=" => true,
            "==" | "===" | "~=" => numbers(version).is_some_and(|one| Some(one) >= numbers(floor)),
            _ => false,
        }
    })
}

/// The numbers of a version; `None` where one of its parts is no number.
fn numbers(version: &str) -> Option<Vec<u32>> {
    let mut parts: Vec<u32> = version
        .trim_end_matches(".*")
        .split('.')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    while parts.last() == Some(&0) {
        parts.pop();
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::brings_its_libraries;

    #[test]
    fn a_version_has_to_be_as_new_as_its_python() {
        assert!(brings_its_libraries("lxml==5.3.0", "12"));
        assert!(brings_its_libraries("lxml>=4", "12"));
        assert!(!brings_its_libraries("lxml==4.9.1", "12"));
        assert!(!brings_its_libraries("lxml<5", "12"));
        assert!(brings_its_libraries("Flask[async]==1.0 ; python_version > '3'", "12"));
        assert!(!brings_its_libraries("flask[everything]", "12"));
        assert!(!brings_its_libraries("a-tool-of-the-house", "12"));
    }
}
