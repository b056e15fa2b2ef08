//! Which release of a package manager a file downloads.

use crate::facts::{Build, BuildStage, BuildStep, expanded, unquoted};
use crate::knowledge::Leftover;

/// Whether the stage downloads releases of the manager up to step `number`, all of them older than the
/// first that leaves this.
pub(super) fn all_too_old(
    build: &Build<'_>,
    stage: &BuildStage<'_>,
    number: usize,
    leftover: &Leftover,
) -> bool {
    let Some((name, first)) = leftover.since.as_deref().and_then(release) else { return false };
    let below = build.stages.iter().filter(|other| {
        other.stage.index != stage.stage.index && build.builds_on(&stage.stage, other.stage.index)
    });
    let steps = below.flat_map(|other| &other.steps).chain(&stage.steps[..=number]);
    let found: Vec<Option<Version>> = steps.flat_map(|step| versions(build, step, name)).collect();
    !found.is_empty() && found.into_iter().all(|version| version.is_some_and(|it| it < first))
}

/// Major and minor.
type Version = (u32, u32);

/// `go1.10` as a name and a version.
fn release(text: &str) -> Option<(&str, Version)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    Some((&text[..digits], version(&text[digits..])?))
}

/// The versions behind `/name` in the text of a step; `None` where a variable decides.
fn versions(build: &Build<'_>, step: &BuildStep<'_>, name: &str) -> Vec<Option<Version>> {
    let text = step.instruction.span.of(build.dockerfile.source);
    let sign = format!("/{name}");
    let behind = text.match_indices(&sign).map(|(at, _)| &text[at + sign.len()..]);
    let named = behind.filter_map(|rest| {
        let end = rest.find(|c: char| c.is_whitespace() || "/;&|\"'".contains(c));
        let file = &rest[..end.unwrap_or(rest.len())];
        match file.chars().next()? {
            '0'..='9' => Some(version(file)),
            '$' => {
                let settings = step.state.settings.iter();
                let known: Vec<(String, String)> = settings
                    .filter_map(|one| Some((one.name.to_string(), unquoted(one.value.as_deref()?))))
                    .collect();
                Some(expanded(file, &known).and_then(|file| version(&file)))
            }
            _ => None,
        }
    });
    named.collect()
}

/// `1.3` of `1.3.1.src.tar.gz`.
fn version(text: &str) -> Option<Version> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_from_names() {
        assert_eq!(release("go1.10"), Some(("go", (1, 10))));
        assert_eq!(version("1.3.1.src.tar.gz"), Some((1, 3)));
        assert_eq!(version("1.9rc1.linux-amd64"), Some((1, 9)));
        assert_eq!(version("src"), None);
    }
}
