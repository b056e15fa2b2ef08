//! Composer: a composer.json and its lockfile.
//!
//! <https://getcomposer.org/doc/03-cli.md>, <https://getcomposer.org/doc/04-schema.md>, <https://getcomposer.org/doc/articles/scripts.md>

use serde_json::Value;

use super::super::folders::absolute;
use super::{Files, Install};

const OPTIONS: &[&str] = &[
    "--ansi",
    "--apcu-autoloader",
    "--classmap-authoritative",
    "--dev",
    "--ignore-platform-reqs",
    "--no-ansi",
    "--no-audit",
    "--no-autoloader",
    "--no-cache",
    "--no-dev",
    "--no-interaction",
    "--no-plugins",
    "--no-progress",
    "--no-scripts",
    "--no-suggest",
    "--optimize-autoloader",
    "--prefer-dist",
    "--prefer-source",
    "--prefer-stable",
    "--quiet",
    "--verbose",
    "-a",
    "-n",
    "-o",
    "-q",
    "-v",
    "-vv",
    "-vvv",
];

/// What a call of Composer touches.
pub(super) fn composer(words: &[&str], here: &str, files: &impl Files) -> Option<Install> {
    let mut operands = Vec::new();
    let mut options = Vec::new();
    let mut rest = words.iter().copied();
    while let Some(word) = rest.next() {
        if !word.starts_with('-') {
            operands.push(word);
        } else if word == "--ignore-platform-req" || word == "--prefer-install" {
            rest.next()?;
        } else if word.starts_with("--ignore-platform-req=")
            || word.starts_with("--prefer-install=")
        {
        } else if OPTIONS.contains(&word) {
            options.push(word);
        } else {
            return None;
        }
    }
    let updates = match operands[..] {
        ["clear-cache" | "clearcache"] => return Some(Install::default()),
        ["install" | "i"] => false,
        ["update" | "u"] => true,
        _ => return None,
    };
    let has = |names: &[&str]| names.iter().any(|name| options.contains(name));
    let here = absolute(here, "", None)?;
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    let harmless = [
        "ALLOW_SUPERUSER",
        "AUTH",
        "CACHE_DIR",
        "DISABLE_XDEBUG_WARN",
        "HOME",
        "HTACCESS_PROTECT",
        "MAX_PARALLEL_HTTP",
        "MEMORY_LIMIT",
        "NO_DEV",
        "NO_INTERACTION",
        "PROCESS_TIMEOUT",
        "ROOT_VERSION",
        "VERSION",
    ];
    let odd = |name: &String| {
        name.strip_prefix("COMPOSER")
            .is_some_and(|rest| !harmless.contains(&rest.trim_start_matches('_')))
    };
    if files.exists(&at("auth.json")) || files.variables().iter().any(odd) {
        return None;
    }
    let json: Value = serde_json::from_str(files.text(&at("composer.json"))?).ok()?;
    let pairs = json.as_object()?;
    let maps_all = has(&["-a", "-o", "--classmap-authoritative", "--optimize-autoloader"])
        || ["optimize-autoloader", "classmap-authoritative"].iter().any(|key| {
            json.get("config").and_then(|config| config.get(key)) == Some(&Value::Bool(true))
        });
    for (key, value) in pairs {
        let fine = match key.as_str() {
            "scripts" => {
                has(&["--no-scripts"]) || value.as_object()?.keys().all(|name| !runs(name))
            }
            "config" => value.as_object()?.keys().all(|key| {
                !["-dir", "home", "file", "path", "local"].iter().any(|end| key.ends_with(end))
            }),
            "repositories" => all(value, &|one| {
                let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default();
                match text("type") {
                    "" => true,
                    "path" | "artifact" => false,
                    _ => {
                        ["https://", "http://"].iter().any(|scheme| text("url").starts_with(scheme))
                    }
                }
            }),
            "autoload-dev" if has(&["--no-dev"]) => true,
            "autoload" | "autoload-dev" => {
                has(&["--no-autoloader"]) || {
                    let quiet = |kind: &str| match kind {
                        "files" | "exclude-from-classmap" => true,
                        "psr-0" | "psr-4" => !maps_all,
                        _ => false,
                    };
                    value.as_object().is_none_or(|pairs| {
                        pairs.iter().all(|(kind, list)| quiet(kind) || is_empty(list))
                    })
                }
            }
            _ => true,
        };
        if !fine {
            return None;
        }
    }
    let mut install = Install {
        manifests: vec![at("composer.json")],
        fills: vec![at("vendor")],
        ..Install::default()
    };
    let lock = at("composer.lock");
    if files.exists(&lock) {
        if updates {
            return None;
        }
        let json: Value = serde_json::from_str(files.text(&lock)?).ok()?;
        let lists = ["packages", "packages-dev"].iter().filter_map(|list| json.get(list));
        for list in lists {
            if !all(list, &|package| is_quiet(package, has(&["--no-plugins"]))) {
                return None;
            }
        }
        install.manifests.push(lock);
    } else if has(&["--no-plugins"]) {
        install.writes.push(lock);
    } else {
        return None;
    }
    if !pairs.contains_key("version") && files.variable("COMPOSER_ROOT_VERSION").is_none() {
        // Up to the root, as git and its like look for a repository.
        let mut folder = here.as_str();
        loop {
            let names = [".git", ".hg", ".svn", ".fslckout"];
            install
                .asks
                .extend(names.map(|name| format!("{}/{name}", folder.trim_end_matches('/'))));
            match folder.trim_end_matches('/').rsplit_once('/') {
                Some((above, _)) => folder = above,
                None => break,
            }
        }
    }
    Some(install)
}

/// Whether a script runs in an install, by its name.
fn runs(name: &str) -> bool {
    let event = name.starts_with("pre-")
        || name.starts_with("post-")
        || name == "init"
        || name == "command";
    event && name != "post-create-project-cmd" && name != "post-root-package-install"
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(|pairs| pairs.is_empty())
}

/// Whether all members of a list or table are as they should be.
fn all(value: &Value, fine: &dyn Fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(values) => values.iter().all(fine),
        Value::Object(pairs) => pairs.values().all(fine),
        _ => false,
    }
}

/// Whether a package comes from elsewhere, and runs nothing that looks at the project.
fn is_quiet(package: &Value, no_plugins: bool) -> bool {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let from = |key: &str| text(package.get(key).and_then(|from| from.get("type")));
    let plugin = text(package.get("type")).starts_with("composer-");
    let known = [
        "composer/package-versions-deprecated",
        "dealerdirect/phpcodesniffer-composer-installer",
        "ocramius/package-versions",
        "pestphp/pest-plugin",
        "phpstan/extension-installer",
    ];
    let name = text(package.get("name"));
    from("dist") != "path"
        && from("source") != "path"
        && (no_plugins || !plugin || known.contains(&name.as_str()))
}
