//! Packages of npm with machine code that is linked with libraries of the system.

use super::Added;
use super::runtime::Runtime;
use crate::compare::npm::{STARTING, asks_for_processes, drawing};
use crate::program::{Action, visit};

/// Packages of npm that are linked with a library of the system, with the package of Debian that brings it.
const LOADING: &[(&str, &str)] = &[
    ("canvas", "libcairo2"),
    ("kerberos", "libgssapi-krb5-2"),
    ("libpq", "libpq5"),
    ("node-hid", "libudev1"),
    ("node-libcurl", "libcurl4"),
    ("node-rdkafka", "libsasl2-2"),
    ("nodegit", "libssh2-1"),
    ("odbc", "unixodbc"),
    ("pg-native", "libpq5"),
    ("robotjs", "libxtst6"),
    ("usb", "libudev1"),
];

/// What lets packages use libraries of the system in place of the sources that they bring, in commands, variables and .npmrc.
const OF_SYSTEM: &[&str] = &[
    "build-from-source",
    "build_from_source",
    "sqlite=",
    "config_sqlite",
    "LIBVIPS",
    "sqlite_libname",
];

impl Runtime<'_, '_> {
    /// What the packages of a project of npm load is installed.
    pub(super) fn loads(&self, path: &str, text: &str) -> Result<(), String> {
        let manifest: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let wanted = manifest.get("dependencies").and_then(|table| table.as_object());
        let linked = LOADING.iter().copied();
        let letters = drawing(self.context);
        let starting = STARTING.iter().chain(&letters).map(|(name, _, package)| {
            (*name, if *name == "puppeteer" { "chromium" } else { *package })
        });
        // Without a word about it puppeteer starts the browser that it has fetched to a cache (pptr.dev, "Configuration").
        let variables = &self.new.configuration.environment;
        let texts = self
            .context
            .into_iter()
            .flat_map(|context| context.entries().filter_map(|(path, _)| context.text(path)));
        let led = variables.contains_key("PUPPETEER_EXECUTABLE_PATH") || { texts }
            .any(|text| text.contains("executablePath"));
        if !led && wanted.is_some_and(|table| table.contains_key("puppeteer")) {
            return Err(format!("nothing brings the browser that puppeteer of {path} has fetched"));
        }
        for (name, library) in linked.chain(starting) {
            let brings = |package: &str| {
                self.new.steps.iter().any(|step| {
                    matches!(&step.action, Action::Call(call) if call.words.iter().any(|word| word == package))
                })
            };
            // Slim images of Node have no certificates.
            let calls = matches!(library, "curl" | "git" | "python3");
            let installs = brings(library) && (!calls || brings("ca-certificates"));
            if !installs && wanted.is_some_and(|table| table.contains_key(name)) {
                let what = if library.is_empty() { "what it wants" } else { library };
                return Err(format!("nothing brings {what}, which {name} of {path} loads"));
            }
        }
        self.told_to_link().map_or(Ok(()), |sign| {
            Err(format!("`{sign}` lets packages be linked with libraries of the old base"))
        })
    }

    /// Whether a package of npm that stays calls `ps`, which slim images of Node lack, as its source says: by the tables of manifests and the
    /// places of lockfiles of npm, and by any word of the others.
    pub(super) fn asks_for_processes(&self) -> bool {
        let pruned = self.added.iter().any(|one| matches!(one, Added::Pruned));
        let files = self.context.into_iter().flat_map(|context| context.entries());
        let mut texts = files.filter_map(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let text = self.context.and_then(|context| context.text(path))?;
            (!path.contains("node_modules/")).then_some((name, text))
        });
        texts.any(|(name, text)| {
            let table: serde_json::Value = match name {
                "package.json" | "package-lock.json" | "npm-shrinkwrap.json" => {
                    serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default()
                }
                "yarn.lock" | "pnpm-lock.yaml" => {
                    let sign = |c: char| !(c.is_alphanumeric() || c == '-');
                    return text.split(sign).any(asks_for_processes);
                }
                _ => return false,
            };
            let keys = |key: &str| table[key].as_object().into_iter().flatten();
            let stays = |package: &serde_json::Value| !(pruned && package["dev"] == true);
            let listed = ["dependencies", "optionalDependencies", "packages"];
            let mut names = listed
                .iter()
                .flat_map(|key| keys(key))
                .filter(|(_, package)| stays(package))
                .chain(keys("devDependencies").filter(|_| !pruned))
                .map(|(place, _)| place.rsplit("node_modules/").next().unwrap_or(place));
            names.any(asks_for_processes)
        })
    }

    /// A sign that packages are linked with libraries of the system.
    fn told_to_link(&self) -> Option<&'static str> {
        let mut texts: Vec<String> = Vec::new();
        let variables = &self.old.configuration.environment;
        texts.extend(variables.iter().map(|(name, value)| format!("{name}={value}")));
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            texts.extend(call.words.iter().chain(&call.assignments).map(ToString::to_string));
        });
        let context = self.context.into_iter().flat_map(|context| {
            let files = context.entries().filter(|(path, _)| path.ends_with(".npmrc"));
            files.filter_map(|(path, _)| context.text(path))
        });
        texts.extend(context.map(str::to_owned));
        OF_SYSTEM.iter().copied().find(|sign| texts.iter().any(|text| text.contains(*sign)))
    }
}
