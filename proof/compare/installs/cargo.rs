//! cargo: packages of a project, of which all but the sources can be built before they come.
//!
//! <https://doc.rust-lang.org/cargo/reference/cargo-targets.html>, <https://doc.rust-lang.org/cargo/reference/workspaces.html>,
//! <https://doc.rust-lang.org/cargo/reference/config.html>, <https://doc.rust-lang.org/cargo/guide/build-cache.html>

mod members;
mod told;

use toml::{Table, Value};

use super::{Files, Install};
use crate::program::Text;
use crate::shell::plain;
use members::Packages;

/// The packages in a folder, and what a build of them touches.
pub(in crate::compare) struct Project {
    pub(in crate::compare) packages: Packages,
    /// What it touches but for their sources: it reads their manifests and the settings beside the first.
    pub(in crate::compare) install: Install,
    /// Where else cargo looks for settings; no COPY that is read has brought any.
    pub(in crate::compare) settings: Vec<String>,
    /// Whether a variable says what it is built for.
    has_target: bool,
}

/// Reads what a build in a folder concerns.
pub(in crate::compare) fn packages(here: &str, files: &impl Files) -> Option<Project> {
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    let packages = Packages::below(here, files)?;
    let mut manifests = packages.manifests();
    let lock = at("Cargo.lock");
    if files.exists(&lock) {
        let text = files.text(&lock)?;
        let table: Table = text.parse().ok()?;
        // `cargo clean` takes a name that stands there once. What a patch is not used for stands in another list.
        let once = |name: &str| {
            let all = table.get("package").and_then(Value::as_array).into_iter().flatten();
            let named = all.filter_map(|one| one.get("name")?.as_str());
            named.filter(|one| *one == name).count() == 1
        };
        packages.names().all(once).then_some(())?;
        manifests.push(lock);
    } else {
        packages.are_members().then_some(())?;
    }
    for beside in ["rust-toolchain", "rust-toolchain.toml"].map(at) {
        if files.exists(&beside) {
            (!files.text(&beside)?.contains("path")).then_some(())?;
            manifests.push(beside);
        }
    }
    told::tells_nothing(files).then_some(())?;
    let homes = told::homes(here, files)?;
    let settings = told::settings(&homes, here.trim_end_matches('/'));
    (!settings.iter().any(|place| files.exists(place))).then_some(())?;
    for own in [".cargo/config", ".cargo/config.toml"].map(at) {
        if files.exists(&own) {
            stays(files.text(&own)?)?;
            manifests.push(own);
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
    let mut fills = vec![target];
    for home in &homes {
        fills.extend(["registry", "git"].map(|name| format!("{home}/{name}")));
    }
    let has_target = files.variables().iter().any(|name| name == "CARGO_BUILD_TARGET");
    let install = Install { manifests, fills, ..Install::default() };
    Some(Project { packages, install, settings, has_target })
}

/// Whether settings name no file, no other place to build in, and nothing that a source without content would not pass.
fn stays(text: &str) -> Option<()> {
    let settings: Table = text.parse().ok()?;
    let known = ["alias", "build", "http", "net", "registries", "registry", "target", "term"];
    let renamed = |name: &&str| settings.get("alias").is_some_and(|all| all.get(name).is_some());
    if ["b", "build", "clean"].iter().any(renamed) {
        return None;
    }
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
            "-W" => words.next().is_some_and(|lint| !members::is_broken(lint)),
            "-A" | "--cap-lints" | "--cfg" => words.next().is_some(),
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

/// Reads the words behind the verb of a build; `None` if one is not known, or it names no package of the project.
fn order<'w>(words: &'w [Text<'_>], packages: &Packages) -> Option<Order<'w>> {
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
                packages.has_program(program).then_some(())?;
                order.others.push((name, program));
            }
            "-p" | "--package" => {
                let chosen = argument()?;
                packages.names().any(|name| name == chosen).then_some(())?;
                order.others.push(("-p", chosen));
            }
            "--features" | "-F" | "--color" | "-j" | "--jobs" => {
                order.others.push((name, argument()?))
            }
            "--locked" => order.locked = true,
            "--all"
            | "--all-features"
            | "--bins"
            | "--no-default-features"
            | "--quiet"
            | "--verbose"
            | "-q"
            | "-v"
            | "-vv"
            | "--workspace" => {
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

/// Whether a build in front makes what a later call asks for, and `clean` takes away what is the packages' own.
pub(in crate::compare) fn builds_for(
    build: &[Text<'_>],
    clean: &[Text<'_>],
    later: &[Text<'_>],
    project: &Project,
) -> Option<()> {
    let verb = |words: &[Text<'_>]| words.get(1).and_then(|word| plain(word)).map(str::to_owned);
    let Project { packages, install, has_target, .. } = project;
    let one = order(build.get(2..)?, packages)?;
    matches!(verb(build)?.as_str(), "build" | "b").then_some(())?;
    let mut two = order(later.get(2..)?, packages)?;
    match verb(later)?.as_str() {
        "build" | "b" => {}
        // https://doc.rust-lang.org/cargo/commands/cargo-install.html: it takes the newest of all, if it is not told.
        "install"
            if two.locked && install.manifests.iter().any(|it| it.ends_with("/Cargo.lock")) =>
        {
            if !two.places.iter().any(|(name, _)| *name == "--profile") {
                two.places.insert(0, ("--release", ""));
            }
        }
        _ => return None,
    }
    // Behind what leads it to the same folder it names each package, and nothing else.
    let words = clean.get(2..)?;
    let first = words.iter().position(|word| *word == "-p")?;
    let (rest, named) = words.split_at(first);
    let cleaned: Option<Vec<&str>> = named
        .chunks(2)
        .map(|pair| match pair {
            [flag, name] if flag == "-p" => plain(name),
            _ => None,
        })
        .collect();
    let cleaned = cleaned?;
    let cleans = verb(clean)? == "clean"
        && cleaned.len() == packages.names().count()
        && packages.names().all(|name| cleaned.contains(&name));
    let rest = order(rest, packages)?;
    // A clean-up that no word leads to the folder of a target does not look there, whatever a variable says.
    let led = two.places.iter().any(|(name, _)| *name == "--target");
    (led || !has_target).then_some(())?;
    let same = cleans && rest.places == one.places && rest.others.is_empty();
    (same && one == two).then_some(())
}
