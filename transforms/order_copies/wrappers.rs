//! The scripts by which a project fetches the tool that builds it, and their properties: Gradle's, and Maven's.
//!
//! <https://docs.gradle.org/current/userguide/gradle_wrapper.html>, <https://maven.apache.org/wrapper/>

use super::reasons;
use crate::pass::Refusal;

/// Whether the script at `place` names no file of the project but those whose path below it begins with `own`.
pub(super) fn starts(place: &str, text: &str, own: &str) -> Result<(), Refusal> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    match lines.into_iter().find(|line| leads_elsewhere(line, own)) {
        Some(line) => Err((&reasons::READS_MORE, format!("`{place}` has the line `{line}`"))),
        None => Ok(()),
    }
}

/// Whether a line has a path below the folder of the script, or names where the tool is kept.
fn leads_elsewhere(line: &str, own: &str) -> bool {
    const FOLDERS: [&str; 3] = ["APP_HOME", "BASEDIR", "BASE_DIR"];
    let below_folder = FOLDERS.iter().any(|name| {
        line.split(name).skip(1).any(|rest| {
            let rest = rest.trim_start_matches(['}', '"', '\'']).strip_prefix('/');
            rest.is_some_and(|path| !path.trim_start_matches(['"', '\'']).starts_with(own))
        })
    });
    let from_here = line.match_indices("./").any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let starts = before.is_none_or(|c| c.is_whitespace() || "\"'`(=:".contains(c));
        starts && line[at + 2..].starts_with(|c: char| c.is_alphanumeric() || "._".contains(c))
    });
    let keeps = ["GRADLE_USER_HOME=", "MAVEN_USER_HOME="].iter().any(|name| line.contains(name));
    below_folder || from_here || (keeps && !line.contains(":-"))
}

/// Whether properties of a wrapper fetch all from elsewhere, and keep it in the folder that the variable `home` names.
pub(super) fn fetches(place: &str, text: &str, home: &str) -> Result<(), Refusal> {
    for (key, value) in pairs(place, text)? {
        if key.ends_with("Url") && !value.starts_with("http") {
            let message = format!("`{place}` names a distribution of the project");
            return Err((&reasons::LOCAL_DEPENDENCY, message));
        }
        if matches!(&*key, "distributionBase" | "zipStoreBase") && value != home {
            let message = format!("`{place}` keeps the distribution in the project: `{key}`");
            return Err((&reasons::READS_MORE, message));
        }
    }
    Ok(())
}

/// The keys and values of properties: what stands in front of the first `=`, `:` or blank, and behind it
/// (<https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)>). Of what a
/// backslash may mean, signs that are taken as they are and lines that go on are read.
pub(super) fn pairs(place: &str, text: &str) -> Result<Vec<(String, String)>, Refusal> {
    const OPEN: char = '\0';
    let mut pairs = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        // Signs that a backslash has made plain end no key: they are set aside until that is found.
        let mut plain = Vec::new();
        let mut joined = String::new();
        let mut rest = line;
        while let Some((front, behind)) = rest.split_once('\\') {
            joined.push_str(front);
            rest = match behind.chars().next() {
                None => lines.next().unwrap_or_default().trim_start(),
                Some('u' | 't' | 'n' | 'r' | 'f') => {
                    let message = format!("what a backslash means in `{line}` of `{place}`");
                    return Err((&reasons::UNREAD_MANIFEST, format!("{message} is not read")));
                }
                Some(sign) => {
                    joined.push(OPEN);
                    plain.push(sign);
                    &behind[sign.len_utf8()..]
                }
            };
        }
        joined.push_str(rest);
        let end = joined.find(['=', ':', ' ', '\t']).unwrap_or(joined.len());
        let (key, value) = joined.split_at(end);
        let value = value.trim_start();
        let value = value.strip_prefix(['=', ':']).unwrap_or(value).trim();
        let mut plain = plain.into_iter();
        let mut whole = |text: &str| -> String {
            text.chars().map(|c| if c == OPEN { plain.next().unwrap_or(c) } else { c }).collect()
        };
        pairs.push((whole(key), whole(value)));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_come_from_elsewhere() {
        let reason = |text: &str| {
            fetches("x", text, "GRADLE_USER_HOME").map_or_else(|(reason, _)| reason.name, |()| "")
        };
        let url = "distributionUrl=https\\://example.com/gradle-9.0-bin.zip\n";
        assert_eq!(reason(url), "");
        assert_eq!(reason(&format!("distributionBase=GRADLE_USER_HOME\n{url}")), "");
        assert_eq!(reason(&format!("{url}distributionBase = PROJECT\n")), "reads-more");
        assert_eq!(reason(&format!("{url}distributionBase PROJECT\n")), "reads-more");
        assert_eq!(reason("distributionUrl=gradle-9.0-bin.zip\n"), "local-dependency");
        assert_eq!(reason("wrapperUrl: file:///app/wrapper.jar\n"), "local-dependency");
    }

    #[test]
    fn scripts_of_wrappers_start_their_jar() {
        let fine = |line: &str| starts("x", line, ".mvn/").is_ok();
        assert!(fine(
            "exec java -classpath \"$MAVEN_PROJECTBASEDIR/.mvn/wrapper/maven-wrapper.jar\""
        ));
        assert!(fine("APP_HOME=$( cd -P \"${APP_HOME:-./}\" > /dev/null && pwd -P ) || exit"));
        assert!(fine("MAVEN_USER_HOME=\"${MAVEN_USER_HOME:-${HOME}/.m2}\""));
        assert!(fine("# call it as ./mvnw"));
        assert!(!fine("exec java -javaagent:${MAVEN_PROJECTBASEDIR}/agent.jar"));
        assert!(!fine("[ -f .env ] && . ./.env"));
        assert!(!fine("sh ./prepare"));
        assert!(!fine("export GRADLE_USER_HOME=.gradle"));
    }
}
