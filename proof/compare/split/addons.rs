//! Packages of npm with machine code that is linked with libraries of the system.

use std::collections::BTreeSet;

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

/// Packages of npm with machine code that bring all sources which they are linked with, also where they are told to build from these.
const WITH_SOURCES: &[&str] = &[
    "argon2",
    "bcrypt",
    "better-sqlite3",
    "bigint-buffer",
    "bufferutil",
    "cpu-features",
    "deasync",
    "farmhash",
    "heapdump",
    "iltorb",
    "integer",
    "leveldown",
    "microtime",
    "node-expat",
    "re2",
    "serialport",
    "snappy",
    "sodium-native",
    "sqlite3",
    "utf-8-validate",
    "zeromq",
    "@apollo/protobufjs",
    "@nestjs/core",
    "@parcel/watcher",
    "@swc/core",
    "core-js",
    "core-js-bundle",
    "core-js-pure",
    "es5-ext",
    "esbuild",
    "fsevents",
    "husky",
    "nodemon",
    "protobufjs",
    "styled-components",
    "unrs-resolver",
    "vue-demi",
];

/// Packages of npm without machine code: tools, and what others are built by.
const OF_SCRIPT: &[&str] = &[
    "@angular/cli",
    "@mapbox/node-pre-gyp",
    "@nestjs/cli",
    "bindings",
    "browserify",
    "cmake-js",
    "coffee-script",
    "concurrently",
    "corepack",
    "cross-env",
    "eslint",
    "express",
    "express-generator",
    "forever",
    "grunt",
    "grunt-cli",
    "gulp",
    "gulp-cli",
    "http-server",
    "json-server",
    "lerna",
    "lodash",
    "mocha",
    "nan",
    "node-addon-api",
    "node-gyp",
    "node-gyp-build",
    "node-pre-gyp",
    "nodemon",
    "npm",
    "pm2",
    "pnpm",
    "prebuild-install",
    "prettier",
    "react-scripts",
    "rimraf",
    "serve",
    "ts-node",
    "typescript",
    "vite",
    "webpack-cli",
    "yarn",
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
        self.links_what_is_there()?;
        self.told_to_link().map_or(Ok(()), |sign| {
            Err(format!("`{sign}` lets packages be linked with libraries of the old base"))
        })
    }

    /// Whether a package of npm that stays calls `ps`, which slim images of Node lack, as its source says: by the tables of manifests and the
    /// places of lockfiles of npm, and by any word of the others.
    fn asks_for_processes(&self) -> bool {
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

    /// What packages of npm start, slim images of Node lack and nothing brings.
    pub(super) fn lost_of_packages(&self, brought: &BTreeSet<String>) -> Option<&'static str> {
        let processes = !brought.contains("procps") && self.asks_for_processes();
        processes.then_some("procps").or_else(|| self.named_in_calls(brought))
    }

    /// A package of npm that a command installs by its name, and that starts what nothing brings.
    fn named_in_calls(&self, brought: &BTreeSet<String>) -> Option<&'static str> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        visit(&self.old.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            if call.words.iter().any(|word| matches!(&**word, "npm" | "yarn" | "pnpm")) {
                names.extend(call.words.iter().map(|word| {
                    let (scope, rest) = word.split_at(usize::from(word.starts_with('@')));
                    format!("{scope}{}", rest.split('@').next().unwrap_or_default())
                }));
            }
        });
        let lacking = STARTING.iter().find(|(name, _, package)| {
            let package = if *name == "puppeteer" { "chromium" } else { package };
            names.contains(*name) && !brought.contains(package)
        });
        lacking.map(|(name, _, package)| if package.is_empty() { *name } else { *package })
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
        let with_sources = self.builds_what_it_brings();
        OF_SYSTEM.iter().copied().find(|sign| {
            let all_built = sign.contains("from") && with_sources;
            !all_built && texts.iter().any(|text| text.contains(*sign))
        })
    }

    /// Whether each package that is built from its sources holds those of all that it is linked with: as a lockfile of npm marks them, or else as
    /// package.json names all.
    fn builds_what_it_brings(&self) -> bool {
        let Some(context) = self.context else { return false };
        let known = |name: &str| WITH_SOURCES.contains(&name);
        let read = |path: &str| -> serde_json::Value {
            serde_json::from_str(context.text(path).unwrap_or_default()).unwrap_or_default()
        };
        let (mut locked, mut all) = (false, true);
        for (path, _) in context.entries() {
            if path.rsplit('/').next() == Some("package-lock.json") {
                locked = true;
                let lock = read(path);
                let Some(packages) = lock["packages"].as_object() else { return false };
                all &= packages.iter().all(|(place, package)| {
                    let name = place.rsplit("node_modules/").next().unwrap_or_default();
                    place.is_empty() || package["hasInstallScript"] != true || known(name)
                });
            }
        }
        if locked {
            return all;
        }
        context.entries().filter(|(path, _)| path.rsplit('/').next() == Some("package.json")).all(
            |(path, _)| {
                let manifest = read(path);
                ["dependencies", "devDependencies", "optionalDependencies"].iter().all(|kind| {
                    let names = manifest[*kind].as_object().into_iter().flatten();
                    { names }.all(|(name, _)| known(name) || OF_SCRIPT.contains(&name.as_str()))
                })
            },
        )
    }

    /// Whether what a project builds by node-gyp is linked with what the new base has or gets.
    fn links_what_is_there(&self) -> Result<(), String> {
        if self.new.image == self.old.image {
            return Ok(());
        }
        let brought = |start: &str| {
            let mut found = false;
            visit(&self.new.steps, &mut |step| {
                if let Action::Call(call) = &step.action {
                    found |= call.words.iter().any(|word| word.starts_with(start));
                }
            });
            found
        };
        let files = self.context.into_iter().flat_map(|context| {
            context.entries().filter_map(|(path, _)| {
                let own = !path.contains("node_modules") && path.contains(".gyp");
                own.then(|| (path, context.text(path).unwrap_or("pkg-config")))
            })
        });
        for (path, text) in files {
            let other = ["pkg-config", "library_dirs", "/usr/lib", ".so\"", ".so'"];
            let sign = |c: char| !(c.is_alphanumeric() || "-+_.".contains(c));
            let lost = text.split(sign).filter_map(|word| word.strip_prefix("-l")).find(|name| {
                !" c dl m pthread rt stdc++ util z ".contains(&format!(" {name} "))
                    && !brought(&format!("lib{name}"))
            });
            if lost.is_some() || other.iter().any(|sign| text.contains(sign)) {
                return Err(format!("`{path}` links with what the new base may lack"));
            }
        }
        self.rules_link_what_is_there(&brought)
    }

    /// The same of the rules by which cmake-js builds (CMake, "target_link_libraries", "find_package", "FindPkgConfig").
    fn rules_link_what_is_there(&self, brought: &dyn Fn(&str) -> bool) -> Result<(), String> {
        let Some(context) = self.context else { return Ok(()) };
        let own = |path: &str, name: &str| path.ends_with(name) && !path.contains("node_modules");
        let mut files = context.entries().filter(|(path, _)| own(path, "package.json"));
        if !files.any(|(path, _)| context.text(path).is_none_or(|text| text.contains("cmake-js"))) {
            return Ok(());
        }
        for (path, _) in context.entries() {
            if !own(path, "CMakeLists.txt") && !own(path, ".cmake") {
                continue;
            }
            let text = context.text(path).unwrap_or("find_package(").to_ascii_lowercase();
            let mut words: Vec<&str> = Vec::new();
            for line in text.lines() {
                let line = line.split_once('#').map_or(line, |(line, _)| line);
                words.extend(line.split([' ', '\t', '(', '"', ';']).filter(|it| !it.is_empty()));
            }
            let (mut made, mut linked) = (Vec::new(), Vec::new());
            let (mut links, mut seeks) = (false, false);
            let mut words = words.into_iter();
            while let Some(word) = words.next() {
                seeks |= word.starts_with("find_") || word.starts_with("pkg_");
                seeks |= word.starts_with("fetchcontent") || word == "execute_process";
                seeks |= word == "link_directories";
                match word {
                    "add_library" => made.extend(words.next()),
                    "target_link_libraries" => {
                        links = true;
                        words.next();
                    }
                    "link_libraries" => links = true,
                    _ if links => {
                        linked.push(word.trim_end_matches(')'));
                        links = !word.ends_with(')');
                    }
                    _ => {}
                }
            }
            let lost = linked.iter().any(|name| {
                let library = name.strip_prefix("-l").unwrap_or(name);
                let word = format!(" {library} ");
                !" c dl m pthread rt stdc++ util z private public interface ${cmake_js_lib}  "
                    .contains(&word)
                    && !library.is_empty()
                    && !made.contains(name)
                    && !brought(&format!("lib{library}"))
            });
            if lost || seeks {
                return Err(format!("`{path}` links with what the new base may lack"));
            }
        }
        Ok(())
    }
}
