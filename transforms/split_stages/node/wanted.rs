//! What packages of npm want of the system, by the names in manifests and lockfiles.

use std::borrow::Cow;

use serde_json::Value;

use super::super::effects::Effect;
use super::super::launch::base_name;
use super::super::subject::Subject;
use crate::knowledge::{DRAWING_LETTERS, STARTING_PACKAGES, draws_letters, without_version};

/// Which packages are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All, those for development, too.
    ByAll,
    /// Those that stay when the ones for development go.
    ToRun,
}

/// A package that a manifest or a lockfile names, and that needs more of the system than a slim image has.
pub(super) fn needy(subject: &Subject<'_, '_>, wanted: Wanted) -> Option<&'static str> {
    let opens = [
        "canvas",
        "gm",
        "imagemagick",
        "kerberos",
        "libpq",
        "libxmljs",
        "node-hid",
        "node-libcurl",
        "node-rdkafka",
        "nodegit",
        "odbc",
        "pg-native",
        "robotjs",
        "usb",
    ];
    names_package(subject, &opens, wanted).or_else(|| {
        let mut starting = starting(subject, wanted).into_iter();
        starting.find(|(_, package)| package.is_empty()).map(|(name, _)| name)
    })
}

/// The packages that start programs or open libraries of the full image by their names, with what brings these: those that a manifest asks
/// for, for more than its development, those that a command installs by their names, and those that call `ps`, whoever asks for them.
pub(super) fn starting(
    subject: &Subject<'_, '_>,
    wanted: Wanted,
) -> Vec<(&'static str, &'static str)> {
    let Some(context) = subject.context else { return Vec::new() };
    // What it depends on is what a browser needs; where nothing leads there, the program starts the one that its install has fetched to a cache.
    let led = || {
        let settings = subject.stage.steps.iter().flat_map(|step| step.state.settings.iter());
        let mut texts = context.entries().filter_map(|(path, _)| context.text(path));
        { settings }.any(|one| one.name == "PUPPETEER_EXECUTABLE_PATH")
            || texts.any(|text| text.contains("executablePath"))
    };
    let browser = subject.packages().iter().any(|name| name == "chromium") && led();
    let manifests = context.entries().filter(|(path, _)| base_name(path) == "package.json");
    let texts = manifests.filter_map(|(path, _)| context.text(path));
    let tables: Vec<Value> = texts
        .filter_map(|text| serde_json::from_str::<Value>(text).ok()?.get("dependencies").cloned())
        .collect();
    let named = named_in_commands(subject);
    let asked =
        |name: &str| tables.iter().any(|table| table.get(name).is_some()) || named.contains(&name);
    let letters = draws_letters(context).then_some(DRAWING_LETTERS);
    let rows = STARTING_PACKAGES.iter().copied().chain(letters);
    rows.filter(|(name, package)| {
        let has_browser = browser && *name == "puppeteer";
        let small = *package == "procps" && names_package(subject, &[*name], wanted).is_some();
        !has_browser && (asked(name) || small)
    })
    .collect()
}

/// What stands in calls of npm, yarn and pnpm, without versions.
fn named_in_commands<'s>(subject: &'s Subject<'_, '_>) -> Vec<&'s str> {
    let calls = subject
        .done
        .iter()
        .filter(|done| matches!(done.effect, Effect::Packages("npm" | "yarn" | "pnpm")));
    let words = calls.flat_map(|done| done.command.words.iter().flatten());
    words.map(|word| without_version(word)).collect()
}

/// The first of these packages that a manifest or a lockfile names.
pub(super) fn names_package(
    subject: &Subject<'_, '_>,
    names: &[&'static str],
    wanted: Wanted,
) -> Option<&'static str> {
    let context = subject.context?;
    let manifests = context.entries().map(|(path, _)| path).filter(|path| {
        matches!(
            base_name(path),
            "package.json"
                | "package-lock.json"
                | "npm-shrinkwrap.json"
                | "yarn.lock"
                | "pnpm-lock.yaml"
        )
    });
    let texts: Vec<Cow<'_, str>> = manifests
        .filter_map(|path| match wanted {
            Wanted::ToRun => Some(to_run(context.text(path)?)),
            Wanted::ByAll => context.text(path).map(Cow::Borrowed),
        })
        .collect();
    let named = |name: &&str| {
        texts.iter().any(|text| {
            text.match_indices(*name).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let behind = text[at + name.len()..].chars().next();
                // `@napi-rs/canvas` is another package than `canvas`.
                let scope = text[..at].strip_suffix('/').unwrap_or_default();
                let scope = scope.rsplit(['"', '\'', '/', ' ', '\n']).next();
                let scoped = scope.is_some_and(|scope| scope.starts_with('@'));
                !scoped
                    && before.is_none_or(|c| "\"'/ \n".contains(c))
                    && behind.is_some_and(|c| "@\"':".contains(c))
            })
        })
    };
    names.iter().copied().find(named)
}

/// A manifest or lockfile of npm without what is there for development alone; any other text as it is
/// (<https://docs.npmjs.com/cli/configuring-npm/package-lock-json>, `dev`).
fn to_run(text: &str) -> Cow<'_, str> {
    let Ok(Value::Object(mut table)) = serde_json::from_str::<Value>(text) else {
        return Cow::Borrowed(text);
    };
    table.remove("devDependencies");
    for key in ["packages", "dependencies"] {
        let Some(Value::Object(packages)) = table.get_mut(key) else { continue };
        packages.retain(|_, package| package.get("dev") != Some(&Value::Bool(true)));
        for package in packages.values_mut().filter_map(Value::as_object_mut) {
            package.remove("devDependencies");
        }
    }
    Cow::Owned(Value::Object(table).to_string())
}

#[cfg(test)]
mod tests {
    use super::to_run;

    #[test]
    fn what_is_for_development_goes() {
        let lock = r#"{"packages": {"": {"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}},
            "node_modules/a": {"version": "1"}, "node_modules/b": {"dev": true},
            "node_modules/c": {"devOptional": true}}}"#;
        let left = to_run(lock);
        assert!(left.contains("node_modules/a") && left.contains("node_modules/c"));
        assert!(!left.contains("node_modules/b") && !left.contains("devDependencies"));
        assert_eq!(to_run("# yarn lockfile v1\n"), "# yarn lockfile v1\n");
    }
}
