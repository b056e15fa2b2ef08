//! What Composer reads of a project: a composer.json and its lockfile.
//!
//! It also runs scripts and plugins, makes a map of the project's classes where it is asked for one, and asks git for the version
//! of the project (<https://getcomposer.org/doc/articles/scripts.md>, <https://getcomposer.org/doc/articles/plugins.md>,
//! <https://getcomposer.org/doc/04-schema.md>).

use serde_json::Value;

use super::because;
use super::project::{Project, Reads, arguments};
use super::reasons;
use crate::facts::{below, parent};
use crate::knowledge::Ecosystem;
use crate::pass::Refusal;

/// Plugins that look at nothing of the project but composer.json, and write below the folder of packages.
const PLUGINS: &[&str] = &[
    "phpstan/extension-installer",
    "dealerdirect/phpcodesniffer-composer-installer",
    "pestphp/pest-plugin",
    "ocramius/package-versions",
    "composer/package-versions-deprecated",
];
/// Events that no install fires.
const NEVER_FIRED: &[&str] = &["post-create-project-cmd", "post-root-package-install"];
/// Variables that change nothing of what it reads.
const VARIABLES: &[&str] = &[
    "COMPOSER_ALLOW_SUPERUSER",
    "COMPOSER_NO_INTERACTION",
    "COMPOSER_MEMORY_LIMIT",
    "COMPOSER_PROCESS_TIMEOUT",
    "COMPOSER_HTACCESS_PROTECT",
    "COMPOSER_DISABLE_XDEBUG_WARN",
    "COMPOSER_HOME",
    "COMPOSER_CACHE_DIR",
    "COMPOSER_MAX_PARALLEL_HTTP",
    "COMPOSER_AUTH",
    "COMPOSER_NO_DEV",
    "COMPOSER_ROOT_VERSION",
    "COMPOSER_VERSION",
];

/// What an install in `folder` reads.
pub(super) fn reads(
    project: &Project<'_, '_>,
    row: &Ecosystem,
    folder: &str,
    words: &[&str],
) -> Result<Reads, Refusal> {
    let arguments = arguments(row, words, &[])?;
    let verb = arguments.operands.first().copied().unwrap_or_default();
    if arguments.operands.len() > 1 {
        return Err(because(&reasons::NAMES_PACKAGES));
    }
    let has = |flags: &[&str]| flags.iter().any(|flag| arguments.flags.contains(flag));
    let here = |name: &str| below(folder, name);
    let place = here("composer.json");
    let unread =
        |place: &str| (&reasons::UNREAD_MANIFEST, format!("`{place}` is not one that can be read"));
    let json: Value = serde_json::from_str(project.text(&place)?).map_err(|_| unread(&place))?;
    if project.exists(&here("auth.json")) {
        return Err((&reasons::READS_MORE, "Composer reads `auth.json` too".to_owned()));
    }
    if let Some(name) =
        project.variables().find(|name| name.starts_with("COMPOSER") && !VARIABLES.contains(name))
    {
        return Err((
            &reasons::ENVIRONMENT,
            format!("what Composer does with {name} is not known"),
        ));
    }
    if !has(&["--no-scripts"]) {
        scripts(&json)?;
    }
    settings(&json)?;
    repositories(&json)?;
    let optimised = |key: &str| {
        json.get("config").and_then(|config| config.get(key)).and_then(Value::as_bool) == Some(true)
    };
    let all = has(&["-o", "--optimize-autoloader", "-a", "--classmap-authoritative"])
        || optimised("optimize-autoloader")
        || optimised("classmap-authoritative");
    if !has(&["--no-autoloader"]) {
        let tables: &[&str] =
            if has(&["--no-dev"]) { &["autoload"] } else { &["autoload", "autoload-dev"] };
        tables.iter().filter_map(|key| json.get(key)).try_for_each(|table| autoload(table, all))?;
    }
    let lock = here("composer.lock");
    let mut reads =
        Reads { manifests: vec![place], fills: vec![here("vendor")], ..Reads::default() };
    if !project.exists(&lock) {
        // Which packages are plugins stands in the lockfile alone.
        if !has(&["--no-plugins"]) {
            let message =
                "without a lockfile it is not known which plugins run; `--no-plugins` runs none";
            return Err((&reasons::READS_MORE, message.to_owned()));
        }
        reads.writes.push(lock);
    } else if matches!(verb, "update" | "u") {
        let message = "`composer update` writes the lockfile anew, and the COPY behind it would undo that; \
                       `composer install` keeps to it";
        return Err((&reasons::LOCKFILE, message.to_owned()));
    } else {
        let text = project.text(&lock)?;
        let json: Value = serde_json::from_str(text).map_err(|_| unread(&lock))?;
        locked(&json, has(&["--no-plugins"]))?;
        reads.manifests.push(lock);
    }
    // The version of the project itself ends up beside the packages.
    let stated = json.get("version").is_some() || project.is_set("COMPOSER_ROOT_VERSION");
    if !stated {
        let above =
            std::iter::successors(Some(folder), |path| Some(parent(path)).filter(|up| up != path));
        reads.asks.extend(
            above.flat_map(|path| {
                [".git", ".hg", ".svn", ".fslckout"].map(|name| below(path, name))
            }),
        );
    }
    Ok(reads)
}

/// Whether an install runs scripts of the project.
fn scripts(json: &Value) -> Result<(), Refusal> {
    let events = json.get("scripts").and_then(Value::as_object).into_iter().flatten();
    for (name, _) in events {
        let event = name.starts_with("pre-")
            || name.starts_with("post-")
            || matches!(&**name, "init" | "command");
        if event && !NEVER_FIRED.contains(&name.as_str()) {
            let message =
                format!("composer.json has a script `{name}`; `--no-scripts` leaves it out");
            return Err((&reasons::SCRIPTS, message));
        }
    }
    Ok(())
}

/// Whether the settings lead to other folders.
fn settings(json: &Value) -> Result<(), Refusal> {
    let settings = json.get("config").and_then(Value::as_object).into_iter().flatten();
    let leads =
        |key: &str| ["-dir", "home", "file", "path", "local"].iter().any(|end| key.ends_with(end));
    for (key, _) in settings {
        if leads(key) {
            return Err((&reasons::READS_MORE, format!("composer.json sets `{key}`")));
        }
    }
    Ok(())
}

/// Whether packages come from folders of the project.
fn repositories(json: &Value) -> Result<(), Refusal> {
    let list: Vec<&Value> = match json.get("repositories") {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(Value::Object(list)) => list.values().collect(),
        _ => Vec::new(),
    };
    for repository in list {
        let text = |key: &str| repository.get(key).and_then(Value::as_str).unwrap_or_default();
        let kind = text("type");
        let remote = text("url").starts_with("https://") || text("url").starts_with("http://");
        if matches!(kind, "path" | "artifact") || (!kind.is_empty() && !remote) {
            let message = format!(
                "composer.json has a repository `{kind}` that may be a folder of the project"
            );
            return Err((&reasons::LOCAL_DEPENDENCY, message));
        }
    }
    Ok(())
}

/// Whether the map of classes is made without a look at the project.
fn autoload(table: &Value, all: bool) -> Result<(), Refusal> {
    for (kind, value) in table.as_object().into_iter().flatten() {
        let holds = value.as_object().is_some_and(|pairs| !pairs.is_empty())
            || value.as_array().is_some_and(|values| !values.is_empty());
        let reads = match kind.as_str() {
            // The names of folders and files alone.
            "psr-4" | "psr-0" => all,
            "files" | "exclude-from-classmap" => false,
            _ => true,
        };
        if holds && reads {
            let message = format!(
                "the autoloader is made from the classes that `{kind}` names; `--no-autoloader` leaves that to a later `composer dump-autoload`"
            );
            return Err((&reasons::READS_MORE, message));
        }
    }
    Ok(())
}

/// Whether a lockfile names no folder of the project, and no plugin that looks at it.
fn locked(json: &Value, no_plugins: bool) -> Result<(), Refusal> {
    let lists = ["packages", "packages-dev"].iter().filter_map(|key| json.get(key)?.as_array());
    for package in lists.flatten() {
        let name = package.get("name").and_then(Value::as_str).unwrap_or_default();
        let kind = package.get("type").and_then(Value::as_str).unwrap_or_default();
        let from =
            |key: &str| package.get(key).and_then(|from| from.get("type")).and_then(Value::as_str);
        if from("dist") == Some("path") || from("source") == Some("path") {
            return Err((
                &reasons::LOCAL_DEPENDENCY,
                format!("`{name}` is a folder of the project"),
            ));
        }
        let plugin = matches!(kind, "composer-plugin" | "composer-installer");
        if plugin && !no_plugins && !PLUGINS.contains(&name) {
            return Err((
                &reasons::READS_MORE,
                format!("the plugin `{name}` may look into the project"),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_that_read_more() {
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("it is JSON");
        let name =
            |result: Result<(), Refusal>| result.map_or_else(|(reason, _)| reason.name, |()| "");
        assert_eq!(
            name(scripts(&json(r#"{"scripts": {"test": "x", "post-create-project-cmd": "y"}}"#))),
            ""
        );
        assert_eq!(name(scripts(&json(r#"{"scripts": {"post-autoload-dump": "x"}}"#))), "scripts");
        assert_eq!(name(settings(&json(r#"{"config": {"sort-packages": true}}"#))), "");
        assert_eq!(name(settings(&json(r#"{"config": {"vendor-dir": "lib"}}"#))), "reads-more");
        assert_eq!(
            name(repositories(&json(r#"{"repositories": [{"type": "path", "url": "../a"}]}"#))),
            "local-dependency"
        );
        assert_eq!(
            name(repositories(&json(r#"{"repositories": [{"type": "vcs", "url": "../a"}]}"#))),
            "local-dependency"
        );
        assert_eq!(
            name(repositories(&json(
                r#"{"repositories": {"a": {"type": "vcs", "url": "https://host/a"}, "packagist": false}}"#
            ))),
            ""
        );
        let psr = json(r#"{"psr-4": {"App\\": "src/"}, "files": ["src/a.php"]}"#);
        assert_eq!(name(autoload(&psr, false)), "");
        assert_eq!(name(autoload(&psr, true)), "reads-more");
        assert_eq!(name(autoload(&json(r#"{"classmap": ["database"]}"#), false)), "reads-more");
        assert_eq!(
            name(locked(&json(r#"{"packages": [{"name": "a/b", "type": "library"}]}"#), false)),
            ""
        );
        assert_eq!(
            name(locked(
                &json(r#"{"packages": [{"name": "symfony/flex", "type": "composer-plugin"}]}"#),
                false
            )),
            "reads-more"
        );
        assert_eq!(
            name(locked(
                &json(r#"{"packages": [{"name": "a/b", "dist": {"type": "path"}}]}"#),
                false
            )),
            "local-dependency"
        );
    }
}
