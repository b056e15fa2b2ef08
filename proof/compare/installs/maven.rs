//! Maven: what it needs for a build is fetched by a goal that looks at the model of the project alone.
//!
//! <https://maven.apache.org/plugins/maven-dependency-plugin/>, <https://maven.apache.org/pom.html>,
//! <https://maven.apache.org/configure.html>

use dockslim_contract::ContextKind;

use super::super::folders::absolute;
use super::{Files, Install, leads_away, wrappers};

/// Words of `mvn --help` that let it read no other file.
const SWITCHES: &[&str] = &[
    "--batch-mode",
    "--debug",
    "--errors",
    "--no-snapshot-updates",
    "--no-transfer-progress",
    "--quiet",
    "--show-version",
    "--strict-checksums",
    "--update-snapshots",
    "-B",
    "-C",
    "-U",
    "-V",
    "-X",
    "-e",
    "-nsu",
    "-ntp",
    "-q",
];

/// The words of a call: its options with their values, and its goals; `None` if one of them is not known.
pub(in crate::compare) fn told_apart<'w>(
    words: &[&'w str],
) -> Option<(Vec<&'w str>, Vec<&'w str>)> {
    let (mut options, mut goals) = (Vec::new(), Vec::new());
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            goals.push(word);
            continue;
        }
        options.push(word);
        match word {
            "-P"
            | "--activate-profiles"
            | "-f"
            | "--file"
            | "-s"
            | "--settings"
            | "-T"
            | "--threads" => {
                options.push(words.next()?);
            }
            _ if SWITCHES.contains(&word) => {}
            _ => match word.get(..2) {
                Some("-D") => {
                    let name = word[2..].split('=').next()?.to_ascii_lowercase();
                    let leads = ["output", "repo", "user."].iter().any(|it| name.contains(it));
                    if name.is_empty() || leads {
                        return None;
                    }
                }
                Some("-P" | "-T") => {
                    let name = |c: char| {
                        c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ',' | '!')
                    };
                    if !word[2..].chars().all(name) {
                        return None;
                    }
                }
                _ => return None,
            },
        }
    }
    Some((options, goals))
}

/// Whether a goal is one for which Maven asks for what the project depends on
/// (<https://maven.apache.org/guides/introduction/introduction-to-the-lifecycle.html>).
pub(in crate::compare) fn resolves(goal: &str) -> bool {
    const PHASES: &[&str] = &[
        "compile",
        "deploy",
        "install",
        "integration-test",
        "package",
        "pre-integration-test",
        "prepare-package",
        "process-classes",
        "test",
        "test-compile",
        "verify",
    ];
    PHASES.contains(&goal)
}

/// What a call touches that only fetches.
pub(super) fn download(
    program: &str,
    words: &[&str],
    here: &str,
    files: &impl Files,
) -> Option<Install> {
    let (options, goals) = told_apart(words)?;
    let fetches = ["dependency:go-offline", "dependency:resolve", "dependency:resolve-plugins"];
    if goals.is_empty() || !goals.iter().all(|goal| fetches.contains(goal)) {
        return None;
    }
    let mut models_named = options.windows(2).filter(|pair| matches!(pair[0], "-f" | "--file"));
    let model = match (models_named.next(), models_named.next()) {
        (None, _) => absolute("pom.xml", here, None)?,
        // The base of a build is where its model lies (https://maven.apache.org/configure.html); the wrapper lies elsewhere.
        (Some(pair), None) if program == "mvn" => {
            let path = absolute(pair[1], here, None)?;
            if path.ends_with(".xml") { path } else { format!("{path}/pom.xml") }
        }
        _ => return None,
    };
    let top = model.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let at = |name: &str| format!("{}/{name}", top.trim_end_matches('/'));
    let mut manifests = models(model, files)?;
    let mut named = options.windows(2).filter(|pair| matches!(pair[0], "-s" | "--settings"));
    if let Some(pair) = named.next() {
        let place = absolute(pair[1], here, None)?;
        if files.exists(&place) {
            names_no_file(files.text(&place)?)?;
            manifests.push(place);
        } else if !pair[1].starts_with('/') {
            return None;
        }
    }
    let mut folder = top.as_str();
    while let Some((above, _)) = folder.rsplit_once('/') {
        if files.places().iter().any(|(place, _)| place.starts_with(&format!("{above}/.mvn/"))) {
            return None;
        }
        folder = above;
    }
    let own = at(".mvn/");
    for (place, kind) in files.places() {
        let Some(name) = place.strip_prefix(&own) else { continue };
        if kind == ContextKind::Folder {
            continue;
        }
        match name {
            "maven.config" => {
                let words: Vec<&str> = files.text(&place)?.split_whitespace().collect();
                let (options, goals) = told_apart(&words)?;
                let two = [
                    "-P",
                    "-f",
                    "-s",
                    "-T",
                    "--file",
                    "--settings",
                    "--threads",
                    "--activate-profiles",
                ];
                if !goals.is_empty() || options.iter().any(|option| two.contains(option)) {
                    return None;
                }
            }
            "jvm.config" if files.text(&place)?.contains(['/', '@']) => return None,
            "jvm.config" => {}
            _ if name.starts_with("wrapper/") => {}
            _ => return None,
        }
        if !manifests.contains(&place) {
            manifests.push(place);
        }
    }
    if program == "./mvnw" {
        let script = at("mvnw");
        let properties = at(".mvn/wrapper/maven-wrapper.properties");
        let remote = !files.exists(&properties)
            || wrappers::is_remote(files.text(&properties)?, "MAVEN_USER_HOME");
        let away = leads_away(files, "MAVEN_USER_HOME");
        if !remote || !away || !wrappers::keeps_to(files.text(&script)?, ".mvn/") {
            return None;
        }
        manifests.push(script);
    }
    Some(Install { manifests, fills: vec!["/root/.m2".to_owned()], ..Install::default() })
}

/// The model of a project and those that it inherits from, which lie in the context.
fn models(first: String, files: &impl Files) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    let mut next = Some(first);
    while let Some(place) = next {
        if found.contains(&place) {
            return None;
        }
        let mut text = files.text(&place)?.to_owned();
        while let Some(start) = text.find("<!--") {
            let end = text[start..].find("-->").map_or(text.len(), |end| start + end + 3);
            text.replace_range(start..end, "");
        }
        // Modules that others need, extensions, and profiles that ask for files; what is no plain XML is not read.
        let more =
            ["<module>", "<extension>", "<extensions>true", "<exists>", "<missing>", "<![", "<!D"];
        // A parent may have modules: they are none of this project.
        let mut more = more.iter().filter(|sign| **sign != "<module>" || found.is_empty());
        if !text.contains("</project>") || more.any(|sign| text.contains(sign)) {
            return None;
        }
        names_no_file(&text)?;
        next = inherited(&place, &text)?.filter(|parent| files.exists(parent));
        found.push(place);
    }
    Some(found)
}

/// Where the model lies from which one inherits: beside it in the folder above, if it does not say otherwise.
fn inherited(place: &str, text: &str) -> Option<Option<String>> {
    let Some((_, rest)) = text.split_once("<parent>") else { return Some(None) };
    let (parent, _) = rest.split_once("</parent>")?;
    let folder = place.rsplit_once('/')?.0;
    let path = match parent.split_once("<relativePath") {
        None => "../pom.xml".to_owned(),
        Some((_, rest)) => match rest.split_once('>')?.1.split_once("</relativePath>") {
            Some((path, _)) if path.trim().ends_with(".xml") => path.trim().to_owned(),
            Some((path, _)) if !path.trim().is_empty() => format!("{}/pom.xml", path.trim()),
            _ => return Some(None),
        },
    };
    let mut folders: Vec<&str> = folder.split('/').collect();
    for name in path.split('/') {
        match name {
            "." => {}
            ".." => drop(folders.pop()?),
            "" => return None,
            name => folders.push(name),
        }
    }
    absolute(&folders.join("/"), "", None).map(Some)
}

/// Whether settings or a model name no file and no folder as a repository.
fn names_no_file(text: &str) -> Option<()> {
    let local = ["<systemPath>", "<localRepository>", "file:"];
    (!local.iter().any(|sign| text.contains(sign))).then_some(())
}
