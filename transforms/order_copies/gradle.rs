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
    }
    let here = |name: &str| below(folder, name);
    let script = here("gradlew");
    starter(&script, project.text(&script)?)?;
    let (jar, properties) = (
        here("gradle/wrapper/gradle-wrapper.jar"),
        here("gradle/wrapper/gradle-wrapper.properties"),
    );
    distribution(&properties, project.text(&properties)?)?;
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
        let leads = ["user.home", "java.home", "javaagent"];
        if let Some(word) =
            leads.iter().find(|word| project.text(&own).is_ok_and(|it| it.contains(**word)))
        {
            return Err((&reasons::READS_MORE, format!("`{own}` sets `{word}`")));
        }
    }
    let beside = [own, here("gradle/gradle-daemon-jvm.properties")];
    reads.manifests.extend(beside.into_iter().filter(|place| project.exists(place)));
    Ok(reads)
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
        None => Ok(()),
    }
}

/// Whether a distribution comes from elsewhere, and is kept outside of the project.
fn distribution(place: &str, text: &str) -> Result<(), Refusal> {
    let value = |key: &str| {
        let lines = text.lines().map(str::trim);
        lines.rev().find_map(|line| {
            Some(line.strip_prefix(key)?.trim_start().strip_prefix(['=', ':'])?.trim())
        })
    };
    let remote = value("distributionUrl").is_some_and(|address| address.starts_with("http"));
    let homes = ["distributionBase", "zipStoreBase"];
    if !remote {
        let message = format!("`{place}` names a distribution of the project");
        return Err((&reasons::LOCAL_DEPENDENCY, message));
    }
    match homes.into_iter().find(|key| value(key).is_some_and(|base| base != "GRADLE_USER_HOME")) {
        Some(key) => Err((
            &reasons::READS_MORE,
            format!("`{place}` keeps the distribution in the project: `{key}`"),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_come_from_elsewhere() {
        let reason =
            |text: &str| distribution("x", text).map_or_else(|(reason, _)| reason.name, |()| "");
        let url = "distributionUrl=https\\://example.com/gradle-9.0-bin.zip\n";
        assert_eq!(reason(url), "");
        assert_eq!(reason(&format!("distributionBase=GRADLE_USER_HOME\n{url}")), "");
        assert_eq!(reason(&format!("{url}distributionBase = PROJECT\n")), "reads-more");
        assert_eq!(reason("distributionUrl=gradle-9.0-bin.zip\n"), "local-dependency");
        assert_eq!(reason(""), "local-dependency");
    }

    #[test]
    fn a_wrapper_starts_its_jar() {
        let reason =
            |text: &str| starter("x", text).map_or_else(|(reason, _)| reason.name, |()| "");
        assert_eq!(reason("CLASSPATH=gradle/wrapper/gradle-wrapper.jar\nexec java"), "");
        assert_eq!(reason(". ./env.sh\nexec java -jar gradle-wrapper.jar"), "reads-more");
        assert_eq!(reason("exec gradle \"$@\""), "unread-manifest");
    }
}
