//! The wrapper of Gradle: before it does what it is told, it fetches the Gradle that the project names.
//!
//! Gradle User Manual, "Gradle Wrapper Reference" and "Build Environment Configuration"; `--version` ends before a build is set up.

use super::{Files, Install, leads_away, wrappers};
use crate::program::Text;
use crate::shell::plain;

/// What `./gradlew --version` touches.
pub(super) fn version(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    let image = files.image();
    // Its volume is where Gradle keeps everything.
    let volume = image.strip_prefix("docker.io/").unwrap_or(image);
    let volume = volume.strip_prefix("library/").unwrap_or(volume);
    if words != ["--version"] || volume.split([':', '@']).next() == Some("gradle") {
        return None;
    }
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    let script = at("gradlew");
    let mut lines = files.text(&script)?.lines().map(str::trim);
    let others = lines.any(|line| line.starts_with("source ") || line.starts_with(". "));
    let jar = "gradle/wrapper/gradle-wrapper.jar";
    let others = others || !wrappers::keeps_to(files.text(&script)?, jar);
    if others || !files.text(&script)?.contains("/gradle-wrapper.jar") {
        return None;
    }
    if !leads_away(files, "GRADLE_USER_HOME") {
        return None;
    }
    let wrapper = at("gradle/wrapper/gradle-wrapper.properties");
    let text = files.text(&wrapper)?;
    let named = wrappers::properties(text).iter().any(|(key, _)| key == "distributionUrl");
    if !named || !wrappers::is_remote(text, "GRADLE_USER_HOME") {
        return None;
    }
    let mut manifests = vec![script, wrapper, at(jar)];
    if !files.exists(&manifests[2]) {
        return None;
    }
    let settings = at("gradle.properties");
    if files.exists(&settings) {
        let signs = ["java.home", "user.home", "agent", "systemProp.java"];
        let leads = |text: &String| signs.iter().any(|sign| text.contains(sign));
        let all = wrappers::properties(files.text(&settings)?);
        if all.iter().any(|(key, value)| leads(key) || leads(value)) {
            return None;
        }
        manifests.push(settings);
    }
    let daemon = at("gradle/gradle-daemon-jvm.properties");
    manifests.extend(files.exists(&daemon).then_some(daemon));
    // Who has scripts there has another wrapper.
    let own = at("gradle/");
    if files.places().iter().any(|(place, _)| place.starts_with(&own) && place.ends_with(".sh")) {
        return None;
    }
    let mut folder = here;
    while let Some((above, _)) = folder.rsplit_once('/') {
        let names = ["settings.gradle", "settings.gradle.kts", "gradle.properties"];
        if names.iter().any(|name| files.exists(&format!("{above}/{name}"))) {
            return None;
        }
        folder = above;
    }
    Some(Install { manifests, ..Install::default() })
}

/// Whether a later call of the wrapper, with these words behind it, keeps what it fetches where it always does.
pub(in super::super) fn stays_at_home(words: &[Text<'_>]) -> bool {
    words.iter().all(|word| {
        let known = plain(word).is_some() || word.starts_with("-P");
        let home = ["user-home", "user.home"].iter().any(|sign| word.contains(sign));
        // Settings of the JVM and of the wrapper: servers between, who is trusted, who asks.
        let network = ["http", "java", "jdk.", "sun.", "com.sun.", "socks", "gradle."];
        let named = word.strip_prefix("-D").or_else(|| word.strip_prefix("--system-prop="));
        let decides = named.is_some_and(|name| {
            name.is_empty() || network.iter().any(|group| name.starts_with(group))
        });
        known && !home && !decides && !word.starts_with("-g") && *word != "--system-prop"
    })
}
