//! What `mvn dependency:go-offline` reads of a project: its pom.xml and those of its parents, `.mvn`, and settings that the call names.
//!
//! <https://maven.apache.org/plugins/maven-dependency-plugin/go-offline-mojo.html>, <https://maven.apache.org/pom.html>,
//! <https://maven.apache.org/configure.html>, <https://maven.apache.org/wrapper/>

use dockslim_contract::ContextKind;

use super::because;
use super::project::{Project, Reads, climbed};
use super::reasons;
use super::toolchains::Call;
use super::wrappers;
use super::xml::{element, without_comments};
use crate::facts::{absolute, below, parent};
use crate::pass::Refusal;

/// Phases of the default lifecycle in which Maven asks for what a project depends on.
const PHASES: [&str; 11] = [
    "compile",
    "process-classes",
    "test-compile",
    "test",
    "prepare-package",
    "package",
    "pre-integration-test",
    "integration-test",
    "verify",
    "install",
    "deploy",
];
/// Options without an argument that let it read no other file; the first of them say how much it prints, and fetch what is new.
const PLAIN: [&str; 18] = [
    "-B",
    "--batch-mode",
    "-ntp",
    "--no-transfer-progress",
    "-q",
    "--quiet",
    "-U",
    "--update-snapshots",
    "-e",
    "--errors",
    "-X",
    "--debug",
    "-V",
    "--show-version",
    "-C",
    "--strict-checksums",
    "-nsu",
    "--no-snapshot-updates",
];
/// Those with one.
const WITH_ARGUMENT: [&str; 8] =
    ["-P", "--activate-profiles", "-s", "--settings", "-T", "--threads", "-f", "--file"];

/// What a download in `folder` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    call: &Call<'_>,
    folder: &str,
) -> Result<Reads, Refusal> {
    let mut reads = Reads::default();
    let builds = call.operands().iter().any(|goal| PHASES.contains(goal));
    if !call.downloads && !builds {
        let message = "it is not known what its goals download".to_owned();
        return Err((&reasons::UNREAD_CALL, message));
    }
    let named = arguments(call)?;
    let first = match named.model {
        None => below(folder, "pom.xml"),
        // https://maven.apache.org/wrapper/: it looks for itself from the folder that it is called in.
        Some(_) if call.program.ends_with("mvnw") => return Err(because(&reasons::UNREAD_CALL)),
        Some(path) => {
            let place =
                absolute(path, Some(folder)).ok_or_else(|| because(&reasons::UNREAD_CALL))?;
            if place.ends_with(".xml") { place } else { below(&place, "pom.xml") }
        }
    };
    let base = parent(&first).to_owned();
    poms(project, first, &mut reads)?;
    if let Some(settings) = named.settings {
        let place =
            absolute(settings, Some(folder)).ok_or_else(|| because(&reasons::UNREAD_CALL))?;
        if project.exists(&place) {
            remote(&place, project.text(&place)?)?;
            reads.manifests.push(place);
        } else if !settings.starts_with('/') {
            return Err((
                &reasons::NO_MANIFEST,
                format!("the build context brings no `{settings}`"),
            ));
        }
    }
    project.stands_alone(&base, &[".mvn"])?;
    beside(project, call, &base, &mut reads)?;
    reads.fills.push("/root/.m2".to_owned());
    Ok(reads)
}

/// The words of a download that finds what the call would: its options, and one goal.
pub(super) fn words(call: &Call<'_>) -> String {
    let mut words = Vec::new();
    let mut all = call.words.iter();
    while let Some(word) = all.next() {
        if word.shown().starts_with('-') {
            words.push(word.raw.as_str());
            if WITH_ARGUMENT.contains(&word.shown()) {
                words.extend(all.next().map(|word| word.raw.as_str()));
            }
        }
    }
    words.push("dependency:go-offline");
    words.join(" ")
}

/// The files that options name.
#[derive(Default)]
struct Named<'c> {
    settings: Option<&'c str>,
    /// A pom.xml, or its folder.
    model: Option<&'c str>,
}

/// The files that the options name, if all of these are known.
fn arguments<'c>(call: &Call<'c>) -> Result<Named<'c>, Refusal> {
    let mut named = Named::default();
    let mut words = call.words.iter();
    while let Some(word) = words.next() {
        let text = word.text.ok_or_else(|| because(&reasons::UNREAD_CALL))?;
        let property = text.strip_prefix("-D").and_then(|rest| rest.split('=').next());
        // These say where a plugin writes, and which folder is the repository.
        let elsewhere =
            |name: &str| name.contains("output") || name.contains("repo") || name.contains("user.");
        let known = match property {
            Some(name) => !name.is_empty() && !elsewhere(&name.to_ascii_lowercase()),
            None => PLAIN.contains(&text) || !text.starts_with('-') || is_valued(text),
        };
        if !known {
            return Err((
                &reasons::UNREAD_CALL,
                format!("what `{text}` lets Maven read is not known"),
            ));
        }
        if WITH_ARGUMENT.contains(&text) {
            let value = words.next().and_then(|word| word.text);
            let value = value.ok_or_else(|| because(&reasons::UNREAD_CALL))?;
            match text {
                "-s" | "--settings" => named.settings = named.settings.or(Some(value)),
                "-f" | "--file" => named.model = named.model.or(Some(value)),
                _ => {}
            }
        }
    }
    Ok(named)
}

/// Whether an option carries its value: `-Pprofile`, `-T4`.
fn is_valued(text: &str) -> bool {
    WITH_ARGUMENT.contains(&text)
        || text.strip_prefix("-P").or_else(|| text.strip_prefix("-T")).is_some_and(|value| {
            value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.,!".contains(&byte))
        })
}

/// A pom.xml and its parents, as far as they lie in the project.
fn poms(project: &Project<'_, '_>, first: String, reads: &mut Reads) -> Result<(), Refusal> {
    let mut place = first;
    loop {
        if reads.manifests.contains(&place) {
            return Err(because(&reasons::UNREAD_MANIFEST));
        }
        let text = without_comments(project.text(&place)?);
        pom(&place, &text, reads.manifests.is_empty())?;
        let folder = parent(&place).to_owned();
        reads.manifests.push(place);
        // https://maven.apache.org/ref/current/maven-model/maven.html#parent: `../pom.xml`, if nothing else is named.
        let Some(above) = element(&text, "parent") else { return Ok(()) };
        let path = if above.contains("<relativePath/>") || above.contains("<relativePath />") {
            ""
        } else {
            element(above, "relativePath").map_or("../pom.xml", str::trim)
        };
        if path.is_empty() {
            return Ok(());
        }
        let named = if path.ends_with(".xml") { path.to_owned() } else { below(path, "pom.xml") };
        let unread = || (&reasons::UNREAD_MANIFEST, format!("the parent `{path}` is not known"));
        let next = climbed(&folder, &named).ok_or_else(unread)?;
        if !project.exists(&next) {
            return Ok(());
        }
        place = next;
    }
}

/// Whether a pom.xml leads to nothing else in the project. The modules of a parent are not asked for.
fn pom(place: &str, text: &str, first: bool) -> Result<(), Refusal> {
    let unread = || (&reasons::UNREAD_MANIFEST, format!("`{place}` is not one that can be read"));
    if !text.contains("</project>") || text.contains("<!DOCTYPE") || text.contains("<![CDATA[") {
        return Err(unread());
    }
    if first && text.contains("<module>") {
        let message =
            format!("`{place}` has modules, and a download wants those built that others need");
        return Err((&reasons::LOCAL_DEPENDENCY, message));
    }
    remote(place, text)?;
    for (sign, what) in [
        ("<extension>", "an extension"),
        ("<extensions>true", "an extension"),
        ("<exists>", "a file"),
        ("<missing>", "a file"),
    ] {
        if text.contains(sign) {
            let message = format!("`{place}` names {what} that decides what Maven does");
            return Err((&reasons::READS_MORE, message));
        }
    }
    Ok(())
}

/// Whether all that a file names lies elsewhere.
fn remote(place: &str, text: &str) -> Result<(), Refusal> {
    match ["<systemPath>", "file:", "<localRepository>"].iter().find(|sign| text.contains(**sign)) {
        Some(sign) => {
            let message = format!("`{place}` has `{sign}`, which leads to files");
            Err((&reasons::LOCAL_DEPENDENCY, message))
        }
        None => Ok(()),
    }
}

/// The wrapper, if it is what is called, and settings of the project itself.
fn beside(
    project: &Project<'_, '_>,
    call: &Call<'_>,
    folder: &str,
    reads: &mut Reads,
) -> Result<(), Refusal> {
    let own = below(folder, ".mvn");
    let mut inside: Vec<String> = Vec::new();
    for (place, kind) in project.places() {
        if let Some(name) = place.strip_prefix(&format!("{own}/")) {
            let fine = name.starts_with("wrapper") || matches!(name, "maven.config" | "jvm.config");
            if !fine {
                return Err((&reasons::READS_MORE, format!("Maven reads `.mvn/{name}`")));
            }
            if kind != ContextKind::Folder {
                inside.push(place);
            }
        }
    }
    let config = below(&own, "maven.config");
    if project.exists(&config) {
        let fine = |word: &str| word.starts_with("-D") || PLAIN.contains(&word) || is_valued(word);
        let text = project.text(&config)?;
        if !text.split_whitespace().all(|word| fine(word) && !WITH_ARGUMENT.contains(&word)) {
            return Err((
                &reasons::READS_MORE,
                "what `.mvn/maven.config` sets is not known".to_owned(),
            ));
        }
    }
    let jvm = below(&own, "jvm.config");
    if project.exists(&jvm) && project.text(&jvm)?.contains(['/', '@']) {
        return Err((&reasons::READS_MORE, "`.mvn/jvm.config` names files".to_owned()));
    }
    if call.program.ends_with("mvnw") {
        if call.program != "./mvnw" {
            return Err(because(&reasons::UNREAD_CALL));
        }
        let wrapper = below(folder, "mvnw");
        if !project.exists(&wrapper) {
            return Err((&reasons::NO_MANIFEST, "the build context brings no `mvnw`".to_owned()));
        }
        wrappers::starts(&wrapper, project.text(&wrapper)?, ".mvn/")?;
        let properties = below(&own, "wrapper/maven-wrapper.properties");
        if project.exists(&properties) {
            wrappers::fetches(&properties, project.text(&properties)?, "MAVEN_USER_HOME")?;
        }
        reads.manifests.push(wrapper);
    }
    inside.dedup();
    reads.manifests.extend(inside);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pom_may_lead_to_files() {
        let reason = |inside: &str| {
            let text = format!("<project>{inside}</project>");
            pom("pom.xml", &text, true).map_or_else(|(reason, _)| reason.name, |()| "")
        };
        assert_eq!(reason("<dependencies></dependencies>"), "");
        assert_eq!(reason("<modules><module>a</module></modules>"), "local-dependency");
        assert_eq!(reason("<systemPath>${basedir}/a.jar</systemPath>"), "local-dependency");
        assert_eq!(reason("<url>file://${basedir}/repo</url>"), "local-dependency");
        assert_eq!(reason("<extensions>true</extensions>"), "reads-more");
        assert_eq!(
            reason("<activation><file><exists>a</exists></file></activation>"),
            "reads-more"
        );
        assert_eq!(reason("<![CDATA[ ]]>"), "unread-manifest");
    }
}
