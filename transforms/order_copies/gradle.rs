//! What the wrapper of Gradle reads when it is asked for its version: it fetches the distribution that the project names, and runs
//! that without looking at a build file.
//!
//! <https://docs.gradle.org/current/userguide/gradle_wrapper.html>, and the class GradleWrapperMain of Gradle: the properties beside
//! its jar, gradle.properties of the project, and that of the user. Newer releases also tell which JVM a daemon would have, from
//! gradle/gradle-daemon-jvm.properties.

use super::because;
use super::project::{Project, Reads};
use super::reasons;
use super::toolchains::Call;
use super::wrappers;
use crate::facts::below;
use crate::pass::Refusal;

/// What the wrapper reads in `folder`, where `call` builds or tells the version.
pub(super) fn reads(
    project: &Project<'_, '_>,
    call: &Call<'_>,
    folder: &str,
) -> Result<Reads, Refusal> {
    if !call.tool.is_wrapper(call.program) {
        return Err(because(&reasons::UNREAD_CALL));
    }
    // The image library's own keeps what is fetched in a volume, which not all builders keep.
    if project.image().is_some_and(|image| image == "gradle" || image.starts_with("gradle:")) {
        let message = "the base image has a volume where Gradle keeps what it fetches".to_owned();
        return Err((&reasons::NO_DOWNLOAD, message));
    }
    for word in &call.words {
        let text = word.shown();
        let known = word.text.is_some() || text.starts_with("-P");
        let moves =
            text.starts_with("-g") || text.contains("user-home") || text.contains("user.home");
        if !known || moves {
            let message = format!("where `{text}` lets Gradle keep what it fetches is not known");
            return Err((&reasons::UNREAD_CALL, message));
        }
        if decides(text) {
            let message = format!("`{text}` may decide how the wrapper fetches Gradle");
            return Err((&reasons::UNREAD_CALL, message));
        }
    }
    let here = |name: &str| below(folder, name);
    let script = here("gradlew");
    starter(&script, project.text(&script)?)?;
    let (jar, properties) = (
        here("gradle/wrapper/gradle-wrapper.jar"),
        here("gradle/wrapper/gradle-wrapper.properties"),
    );
    let text = project.text(&properties)?;
    wrappers::fetches(&properties, text, "GRADLE_USER_HOME")?;
    if !wrappers::pairs(&properties, text)?.iter().any(|(key, _)| key == "distributionUrl") {
        return Err((&reasons::UNREAD_MANIFEST, format!("`{properties}` names no distribution")));
    }
    if !project.exists(&jar) {
        return Err((&reasons::NO_MANIFEST, format!("the build context brings no `{jar}`")));
    }
    let inside = here("gradle/");
    if let Some((place, _)) = project
        .places()
        .iter()
        .find(|(place, _)| place.starts_with(&inside) && place.ends_with(".sh"))
    {
        return Err((&reasons::READS_MORE, format!("`{place}` may be called by the wrapper")));
    }
    let above = ["settings.gradle", "settings.gradle.kts", "gradle.properties", "gradle"];
    project.stands_alone(folder, &above)?;
    let mut reads = Reads { manifests: vec![script, jar, properties], ..Reads::default() };
    let own = here("gradle.properties");
    if project.exists(&own) {
        let leads = ["user.home", "java.home", "javaagent", "systemProp.java"];
        let all = wrappers::pairs(&own, project.text(&own)?)?;
        let says = |word: &&&str| {
            all.iter().any(|(key, value)| key.contains(**word) || value.contains(**word))
        };
        if let Some(word) = leads.iter().find(says) {
            return Err((&reasons::READS_MORE, format!("`{own}` sets `{word}`")));
        }
    }
    let beside = [own, here("gradle/gradle-daemon-jvm.properties")];
    reads.manifests.extend(beside.into_iter().filter(|place| project.exists(place)));
    Ok(reads)
}

/// Whether a word sets a property of the JVM or of the wrapper, by which that finds a server, proves who it is, or whom it trusts
/// (<https://docs.gradle.org/current/userguide/gradle_wrapper.html#sec:authenticated_download>,
/// <https://docs.oracle.com/en/java/javase/21/core/java-networking.html>).
fn decides(word: &str) -> bool {
    const PROPERTIES: [&str; 7] = ["http", "java", "jdk.", "sun.", "com.sun.", "socks", "gradle."];
    let name = word.strip_prefix("-D").or_else(|| word.strip_prefix("--system-prop="));
    word == "--system-prop"
        || name.is_some_and(|name| {
            name.is_empty() || PROPERTIES.iter().any(|property| name.starts_with(property))
        })
}

/// Whether a script starts the wrapper, and no other file of the project.
fn starter(place: &str, text: &str) -> Result<(), Refusal> {
    let reads = |line: &str| line.starts_with(". ") || line.starts_with("source ");
    let starts = text.contains("gradle-wrapper.jar");
    match text.lines().map(str::trim).find(|line| reads(line)) {
        Some(line) => Err((&reasons::READS_MORE, format!("`{place}` has the line `{line}`"))),
        None if !starts => {
            Err((&reasons::UNREAD_MANIFEST, format!("`{place}` is not the wrapper's")))
        }
        None => wrappers::starts(place, text, "gradle/wrapper/gradle-wrapper.jar"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapper_starts_its_jar() {
        let reason =
            |text: &str| starter("x", text).map_or_else(|(reason, _)| reason.name, |()| "");
        assert_eq!(reason("CLASSPATH=gradle/wrapper/gradle-wrapper.jar\nexec java"), "");
        assert_eq!(reason(". ./env.sh\nexec java -jar gradle-wrapper.jar"), "reads-more");
        assert_eq!(reason("java -jar gradle-wrapper.jar\n$APP_HOME/x.sh"), "reads-more");
        assert_eq!(reason("exec gradle \"$@\""), "unread-manifest");
    }
}
