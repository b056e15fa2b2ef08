//! cargo: a package by itself, of which all but the sources can be built before they come.
//!
//! <https://doc.rust-lang.org/cargo/reference/cargo-targets.html>, <https://doc.rust-lang.org/cargo/reference/config.html>,
//! <https://doc.rust-lang.org/cargo/guide/build-cache.html>

use toml::{Table, Value};

use super::{Files, Install};
use crate::program::Text;
use crate::shell::plain;

/// A package of its own.
pub(in crate::compare) struct Alone {
    pub(in crate::compare) name: String,
    /// Its sources that a build asks for: `src/main.rs`, `src/lib.rs`, or both.
    pub(in crate::compare) sources: Vec<&'static str>,
    /// The name of the program in `src/main.rs`.
    program: Option<String>,
    /// What a build of it touches, but for its sources.
    pub(in crate::compare) install: Install,
}

/// The package in a folder, if cargo builds it from its sources, Cargo.toml and the settings beside it.
pub(in crate::compare) fn alone(here: &str, files: &impl Files) -> Option<Alone> {
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    let manifest: Table = files.text(&at("Cargo.toml"))?.parse().ok()?;
    let package = manifest.get("package")?.as_table()?;
    let name = package.get("name")?.as_str()?.to_owned();
    let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    // Those of its keys that ask for files of the project; the rest says what the package is.
    let asks = ["autobins", "autolib", "build", "default-run", "links", "workspace"];
    let inherits = |value: &Value| value.get("workspace").is_some();
    let wants_more = package.iter().any(|(key, value)| asks.contains(&&**key) || inherits(value));
    if name.contains(odd) || wants_more {
        return None;
    }
    for (key, value) in &manifest {
        match key.as_str() {
            "package" | "lib" | "bin" | "features" | "profile" | "badges" => {}
            "dependencies" | "dev-dependencies" | "build-dependencies" | "target" | "patch"
            | "replace" => from_elsewhere(value)?,
            "workspace" => {
                value.as_table()?.keys().all(|key| key == "resolver").then_some(())?;
            }
            "lints" => {
                let text = value.to_string();
                let breaks = ["missing_docs", "unused_crate_dependencies"];
                (!breaks.iter().any(|lint| text.contains(lint))).then_some(())?;
            }
            _ => return None,
        }
    }
    let has = |path: &str| files.exists(&at(path));
    let lies = |target: &Table, path: &str| {
        target.get("path").is_none_or(|own| own.as_str() == Some(path))
    };
    let library =
        manifest.get("lib").map(|it| it.as_table().is_some_and(|it| lies(it, "src/lib.rs")));
    if library == Some(false) {
        return None;
    }
    let programs =
        manifest.get("bin").map_or(Some(&[][..]), |it| it.as_array().map(Vec::as_slice))?;
    let mut program = has("src/main.rs").then(|| name.clone());
    match programs {
        [] => {}
        [one] => {
            let one = one.as_table()?;
            let own = one.get("name").and_then(Value::as_str);
            let here = one.contains_key("path") || own == Some(&name);
            (program.is_some() && here && lies(one, "src/main.rs")).then_some(())?;
            program = own.map(str::to_owned).or(program);
        }
        _ => return None,
    }
    let mut sources: Vec<&'static str> = program.iter().map(|_| "src/main.rs").collect();
    if library.is_some() || program.is_none() {
        has("src/lib.rs").then_some(())?;
        sources.push("src/lib.rs");
    }
    let mut manifests = vec![at("Cargo.toml")];
    let lock = at("Cargo.lock");
    if files.exists(&lock) {
        let named = format!("name = \"{name}\"");
        let twice = files.text(&lock)?.lines().filter(|line| *line == named).count() > 1;
        (!twice).then_some(())?;
        manifests.push(lock);
    }
    for beside in ["rust-toolchain", "rust-toolchain.toml"].map(at) {
        if files.exists(&beside) {
            (!files.text(&beside)?.contains("path")).then_some(())?;
            manifests.push(beside);
        }
    }
    for name in ["RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        files.variable(name).is_none_or(asks_for_nothing).then_some(())?;
    }
    files.variable("CARGO_BUILD_TARGET").is_none_or(has_system).then_some(())?;
    for settings in [".cargo/config", ".cargo/config.toml"].map(at) {
        if files.exists(&settings) {
            stays(files.text(&settings)?)?;
            manifests.push(settings);
        }
    }
    // Each of these is looked for up to the root.
    let mut folder = here.trim_end_matches('/');
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        let names = [
            "Cargo.toml",
            ".cargo/config",
            ".cargo/config.toml",
            "rust-toolchain",
            "rust-toolchain.toml",
        ];
        if names.iter().any(|name| files.exists(&format!("{folder}/{name}"))) {
            return None;
        }
    }
    let target =
        ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"].iter().find_map(|name| files.variable(name));
    let target = match target {
        None => at("target"),
        Some(path) if path.starts_with('/') && !path.contains('\u{2}') => path.to_owned(),
        Some(_) => return None,
    };
    let fills = vec![target, "/usr/local/cargo/registry".to_owned()];
    Some(Alone {
        name,
        sources,
        program,
        install: Install { manifests, fills, ..Install::default() },
    })
}

/// Whether packages come from a registry or a repository: none has a path, or is inherited from a workspace.
fn from_elsewhere(value: &Value) -> Option<()> {
    let table = match value {
        Value::Table(table) => table,
        Value::Array(_) => return None,
        _ => return Some(()),
    };
    if table.contains_key("path") || table.contains_key("workspace") {
        return None;
    }
    table.values().filter(|value| value.is_table()).try_for_each(from_elsewhere)
}

/// Whether settings name no file, no other place to build in, and nothing that a source without content would not pass.
fn stays(text: &str) -> Option<()> {
    let settings: Table = text.parse().ok()?;
    let known = ["alias", "build", "http", "net", "registries", "registry", "target", "term"];
    let build = settings.get("build").and_then(Value::as_table);
    let flags = build.is_none_or(|build| {
        build.keys().all(|key| matches!(key.as_str(), "incremental" | "jobs" | "rustflags"))
    });
    let leads = ["./", "cainfo", "directory", "file:", "local-registry", "missing", "rustc-"];
    let told = |table: &Value| {
        let flags = table.get("rustflags").is_none_or(|flags| {
            let words = flags.as_array().map(|all| all.iter().filter_map(Value::as_str).collect());
            let words: Option<Vec<&str>> = words;
            words
                .map(|all| all.join(" "))
                .as_deref()
                .or(flags.as_str())
                .is_some_and(asks_for_nothing)
        });
        let linker = table.get("linker").and_then(Value::as_str).unwrap_or_default();
        flags && (!linker.contains('/') || linker.starts_with("/usr/bin/"))
    };
    let platforms = settings.get("target").and_then(Value::as_table);
    let fine = flags
        && settings.get("build").is_none_or(told)
        && platforms.is_none_or(|all| all.values().all(told))
        && settings.keys().all(|key| known.contains(&key.as_str()))
        && !leads.iter().any(|part| text.contains(part));
    fine.then_some(())
}

/// Whether flags of rustc name no file, and no lint that a source without content breaks (The rustc book, "Codegen Options").
fn asks_for_nothing(flags: &str) -> bool {
    const CHOICES: &[&str] = &[
        "codegen-units=",
        "debuginfo=",
        "embed-bitcode=",
        "force-frame-pointers",
        "link-arg=-fuse-ld=",
        "link-arg=-pthread",
        "link-arg=-s",
        "link-args=-s",
        "link-dead-code",
        "linker=",
        "lto",
        "opt-level=",
        "overflow-checks",
        "panic=",
        "prefer-dynamic",
        "relocation-model=",
        "strip=",
        "symbol-mangling-version=",
        "target-cpu=",
        "target-feature=",
    ];
    let joined = flags.replace("-C ", "-C").replace("--codegen ", "-C").replace("--codegen=", "-C");
    let mut words = joined.split_whitespace();
    while let Some(word) = words.next() {
        let fine = match word {
            "-A" | "-W" | "--cap-lints" | "--cfg" => words.next().is_some(),
            "-D" => words.next() == Some("warnings"),
            "-Dwarnings" | "-g" | "-O" => true,
            _ => {
                word.starts_with("-A")
                    || word.strip_prefix("-C").is_some_and(|choice| {
                        let known = CHOICES.iter().any(|known| choice.starts_with(known));
                        known && !choice.contains(['/', '\u{2}'])
                    })
            }
        };
        if !fine {
            return false;
        }
    }
    true
}

/// Whether a target has an operating system under its programs, or is known to have the standard library without one.
fn has_system(target: &str) -> bool {
    let mut parts = target.split('-').skip(1);
    let known =
        ["linux", "windows", "darwin", "freebsd", "android", "androideabi", "wasi", "wasip1"];
    !target.contains('.')
        && (target == "wasm32-unknown-unknown" || parts.any(|part| known.contains(&part)))
}

/// What a call builds, and how: the options that it shares with a clean-up of the same, and all others.
#[derive(PartialEq, Eq)]
struct Order<'w> {
    places: Vec<(&'w str, &'w str)>,
    others: Vec<(&'w str, &'w str)>,
    locked: bool,
}

/// Reads the words behind the verb of a build; `None` if one is not known, or it names another package.
fn order<'w>(words: &'w [Text<'_>], package: &Alone) -> Option<Order<'w>> {
    let mut order = Order { places: Vec::new(), others: Vec::new(), locked: false };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let word = plain(word)?;
        let (name, value) =
            word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        let mut argument = || value.or_else(|| words.next().and_then(|word| plain(word)));
        match name {
            "--release" | "-r" => order.places.push(("--release", "")),
            "--target" | "--profile" => {
                let value = argument()?;
                (name == "--profile" || has_system(value)).then_some(())?;
                order.places.push((name, value));
            }
            "--bin" => {
                let program = argument()?;
                (package.program.as_deref() == Some(program)).then_some(())?;
                order.others.push((name, program));
            }
            "--features" | "-F" | "--color" | "-j" | "--jobs" => {
                order.others.push((name, argument()?))
            }
            "--locked" => order.locked = true,
            "--all-features"
            | "--bins"
            | "--no-default-features"
            | "--quiet"
            | "--verbose"
            | "-q"
            | "-v"
            | "-vv" => {
                order.others.push((name, ""));
            }
            "--path" => {
                matches!(argument()?, "." | "./").then_some(())?;
            }
            _ => return None,
        }
    }
    Some(order)
}

/// Whether a build in front makes what a later call asks for, and `clean` takes away what is the package's own.
pub(in crate::compare) fn builds_for(
    build: &[Text<'_>],
    clean: &[Text<'_>],
    later: &[Text<'_>],
    package: &Alone,
) -> Option<()> {
    let verb = |words: &[Text<'_>]| words.get(1).and_then(|word| plain(word)).map(str::to_owned);
    let one = order(build.get(2..)?, package)?;
    matches!(verb(build)?.as_str(), "build" | "b").then_some(())?;
    let mut two = order(later.get(2..)?, package)?;
    match verb(later)?.as_str() {
        "build" | "b" => {}
        // https://doc.rust-lang.org/cargo/commands/cargo-install.html: it takes the newest of all, if it is not told.
        "install"
            if two.locked
                && package.install.manifests.iter().any(|it| it.ends_with("/Cargo.lock")) =>
        {
            if !two.places.iter().any(|(name, _)| *name == "--profile") {
                two.places.insert(0, ("--release", ""));
            }
        }
        _ => return None,
    }
    let [rest @ .., flag, name] = clean.get(2..)? else { return None };
    let cleans = verb(clean)? == "clean" && *flag == "-p" && *name == package.name;
    let same = cleans
        && order(rest, package)?.places == one.places
        && order(rest, package)?.others.is_empty();
    (same && one == two).then_some(())
}
